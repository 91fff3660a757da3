"""What the front pages show of tickets, rewards and giving."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from core.web.cards import dashboard, visitor
from rewards import catalogue
from rewards.models import Charity, Redemption

MOST = 3


@dashboard.card(60)
def experiences(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """The member's tickets, and beside them what they could book next."""
    tickets = list(Redemption.objects.of(request.user).upcoming().select_related("reward", "session")[:MOST])
    offers = [] if tickets else [offer for offer in catalogue.offers(request.user) if offer.sessions][:MOST]
    if not tickets and not offers:
        return None
    return "rewards/experiences_card.html", {"tickets": tickets, "offers": offers}


@dashboard.card(65)
def giving(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """The charities with what members gave them."""
    charities = list(Charity.objects.open()[:MOST])
    return ("rewards/giving_card.html", {"charities": charities}) if charities else None


@visitor.card(60)
def seats_left(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """What can be booked just now, with the seats left."""
    offers = [offer for offer in catalogue.offers(None) if offer.sessions][:MOST]
    return ("rewards/experiences_card.html", {"tickets": [], "offers": offers}) if offers else None
