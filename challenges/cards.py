"""What the front pages show of challenges and badges; all cards together make two queries."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from challenges.shelf import shelf
from challenges.standing import next_step, of_visit
from core.web.cards import dashboard, visitor
from core.web.context_processors import brand_of

MOST = 3
Card = tuple[str, dict[str, Any]]


@dashboard.card(20)
def step(request: HttpRequest) -> Card | None:
    """The one next best step."""
    found = next_step(of_visit(request))
    return ("challenges/step_card.html", {"standing": found}) if found else None


@dashboard.card(30)
def under_way(request: HttpRequest) -> Card | None:
    """The other challenges under way, those closest to done first; who has none sees what is open."""
    found = of_visit(request)
    first = next_step(found)
    others = sorted((one for one in found if one.state == "joined" and one is not first), key=lambda one: -one.share)
    fresh = [one for one in found if one.state == "open" and one is not first]
    shown = (others or fresh)[:MOST]
    return ("challenges/under_way_card.html", {"shown": shown, "begun": bool(others)}) if shown else None


@dashboard.card(40)
def badges(request: HttpRequest) -> Card | None:
    """The last badges, and those that are nearest."""
    places = shelf(request.user.pk, of_visit(request), brand_of(request))
    return ("challenges/badges_card.html", {"places": places}) if places else None


@visitor.card(30)
def open_now(request: HttpRequest) -> Card | None:
    """What one could begin today."""
    shown = [one for one in of_visit(request) if one.state == "open"][:MOST]
    return ("challenges/visitor_card.html", {"shown": shown}) if shown else None
