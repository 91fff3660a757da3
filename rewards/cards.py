"""What the front pages show of tickets, rewards and giving: a query each, however much there is."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest

from core import clock
from core.brand.models import ExpiryPolicy, Lapse
from core.members.asking import member_of
from core.web.cards import dashboard, visitor, wallet
from core.web.context_processors import brand_of
from rewards import lapsing
from rewards.models import Charity, Redemption, Reward, Session

MOST = 3
MOST_CHOICES = 200
Card = tuple[str, dict[str, Any]]


@dashboard.card(60)
def experiences(request: HttpRequest) -> Card | None:
    """The member's tickets; who has none sees what could be booked."""
    mine = Redemption.objects.live().filter(member=request.user.pk, session=OuterRef("pk")).values("token")
    bookable = Q(starts__gt=clock.now(), withdrawn=False, reward__state=Reward.State.LIVE)
    found = Session.objects.filter(ends__gt=clock.now()).annotate(ticket=Subquery(mine[:1])).select_related("reward")
    shown = found.annotate(free=Q(ticket__isnull=True)).filter(Q(free=False) | bookable)
    sessions = list(shown.order_by("free", "starts", "pk")[:MOST])
    if tickets := [session for session in sessions if session.ticket]:
        return "rewards/tickets_card.html", {"sessions": tickets}
    return ("rewards/seats_card.html", {"sessions": sessions}) if sessions else None


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


@wallet.card(10)
def lapse(request: HttpRequest) -> Card | None:
    """Which charity gets the member's points when they expire, and the form to choose another."""
    brand = brand_of(request)
    if brand.expiry_policy == ExpiryPolicy.NEVER or brand.expiry_lapse_to != Lapse.CHARITY:
        return None
    charities = list(Charity.objects.open()[:MOST_CHOICES])
    if not charities:
        return None
    chosen = lapsing.choice_of(member_of(request).pk) or charities[0]
    return "rewards/lapse_card.html", {"charities": charities, "chosen": chosen}
