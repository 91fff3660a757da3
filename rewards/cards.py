"""What the front pages show of tickets, rewards and giving, however much there is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest

from core.brand.models import ExpiryPolicy, Lapse
from core.bulk.questions import Question
from core.members.asking import member_of
from core.web.cards import Look, dashboard, visitor, wallet
from core.web.context_processors import brand_of
from rewards import lapsing
from rewards.models import Charity, Redemption, Reward, Session

MOST = 3
MOST_CHOICES = 200
Card = tuple[str, dict[str, Any]]


def _sessions(member: int, now: datetime) -> Any:
    mine = Redemption.objects.live().filter(member=member, session=OuterRef("pk")).values("token")
    bookable = Q(starts__gt=now, withdrawn=False, reward__state=Reward.State.LIVE)
    found = Session.objects.filter(ends__gt=now).annotate(ticket=Subquery(mine[:1])).select_related("reward")
    shown = found.annotate(free=Q(ticket__isnull=True)).filter(Q(free=False) | bookable)
    return shown.order_by("free", "starts", "pk")[:MOST]


def _charities() -> Any:
    return Charity.objects.open()[:MOST]


SESSIONS: Question[Any] = Question(_sessions)
CHARITIES: Question[Charity] = Question(_charities)


@dashboard.card(60, SESSIONS)
def experiences(look: Look) -> Card | None:
    """The member's tickets; who has none sees what could be booked."""
    sessions = look.rows(SESSIONS)
    if tickets := [session for session in sessions if session.ticket]:
        return "rewards/tickets_card.html", {"sessions": tickets}
    return ("rewards/seats_card.html", {"sessions": sessions}) if sessions else None


@dashboard.card(65, CHARITIES)
def giving(look: Look) -> Card | None:
    """The charities with what members gave them."""
    charities = look.rows(CHARITIES)
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
