"""What the front pages show of challenges and badges."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from challenges.shelf import AWARDS, shelf_by
from challenges.standing import PARTICIPATIONS, next_step, of_look, of_visit
from core.earning.cards import MONTHS
from core.web.cards import Look, dashboard, visitor

MOST = 3
Card = tuple[str, dict[str, Any]]


@dashboard.card(20, PARTICIPATIONS, MONTHS)
def step(look: Look) -> Card | None:
    """The one next best step."""
    found = next_step(of_look(look))
    return ("challenges/step_card.html", {"standing": found}) if found else None


@dashboard.card(30, PARTICIPATIONS, MONTHS)
def under_way(look: Look) -> Card | None:
    """The other challenges under way, those closest to done first; who has none sees what is open."""
    found = of_look(look)
    first = next_step(found)
    others = sorted((one for one in found if one.state == "joined" and one is not first), key=lambda one: -one.share)
    fresh = [one for one in found if one.state == "open" and one is not first]
    shown = (others or fresh)[:MOST]
    return ("challenges/under_way_card.html", {"shown": shown, "begun": bool(others)}) if shown else None


@dashboard.card(40, PARTICIPATIONS, MONTHS, AWARDS)
def badges(look: Look) -> Card | None:
    """The last badges, and those that are nearest."""
    places = shelf_by(look.rows(AWARDS), of_look(look), look.brand)
    return ("challenges/badges_card.html", {"places": places}) if places else None


@visitor.card(30)
def open_now(request: HttpRequest) -> Card | None:
    """What one could begin today."""
    shown = [one for one in of_visit(request) if one.state == "open"][:MOST]
    return ("challenges/visitor_card.html", {"shown": shown}) if shown else None
