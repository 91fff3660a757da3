"""What the front pages show of tickets, rewards and giving: a query each, however much there is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from core.web.cards import dashboard, visitor
from rewards.models import Charity, Redemption, Session

MOST = 3
Card = tuple[str, dict[str, Any]]


@dashboard.card(60)
def experiences(request: HttpRequest) -> Card | None:
    """The member's tickets; who has none sees what could be booked."""
    assert request.user.is_authenticated
    tickets = list(Redemption.objects.of(request.user).upcoming().select_related("reward", "session")[:MOST])
    return ("rewards/tickets_card.html", {"tickets": tickets}) if tickets else seats_left(request)


@dashboard.card(65)
def giving(request: HttpRequest) -> Card | None:
    """The charities with what members gave them."""
    charities = list(Charity.objects.open()[:MOST])
    return ("rewards/giving_card.html", {"charities": charities}) if charities else None


@visitor.card(60)
def seats_left(request: HttpRequest) -> Card | None:
    """The next dates that can be booked, with the seats left."""
    sessions = list(Session.objects.upcoming().of_live_rewards().order_by("starts", "pk")[:MOST])
    return ("rewards/seats_card.html", {"sessions": sessions}) if sessions else None
