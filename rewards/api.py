"""Rewards, redemptions, charities and donations for the brand's own software."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from core.api import problems
from core.api.idempotency import idempotent
from core.api.paging import PAGE, Cursor, Limit, Page, page
from core.api.people import known_member
from core.api.reading import Body, Email, Points, Slug
from core.brand.models import Brand
from rewards import cancelling, giving, redeeming
from rewards.models import Charity, Redemption, Reward, Session

router = Router(tags=["rewards"])


class SessionOut(Schema):
    """A date that can be chosen, with what is left of its seats."""

    slug: str
    starts: datetime
    ends: datetime
    place: str
    seats: int
    seats_left: int


class RewardOut(Schema):
    """A reward as members see it; `cost` in points."""

    slug: str
    kind: str
    title: str
    about: str
    cost: int
    limit_per_member: int | None
    cancel_until_hours: int
    sessions: list[SessionOut]


class CharityOut(Schema):
    """A charity and what it was given: `points`, and `amount` in whole units of the programme's currency."""

    slug: str
    name: str
    about: str
    url: str
    points: int
    amount: str
    currency: str


class RedemptionIn(Body):
    """What is to be had, by whom; an experience needs a `session`."""

    email: Email
    reward: Slug
    session: Slug | None = None


class RedemptionOut(Schema):
    """A redemption; `state` is booked or cancelled."""

    id: UUID
    state: str
    ticket_url: str


class DonationIn(Body):
    """How many points are given, to whom, by whom."""

    email: Email
    charity: Slug
    points: Points


class DonationOut(Schema):
    """A donation and its amount in whole units of `currency`."""

    id: UUID
    amount: str
    currency: str


@router.get("/rewards", response=Page[RewardOut])
def rewards(request: HttpRequest, cursor: Cursor = None, limit: Limit = PAGE) -> dict[str, Any]:
    """All rewards on offer, with the dates that are still to come."""
    return page(Reward.objects.live().with_upcoming(), cursor, limit, order=("position", "pk"), show=_reward)


@router.get("/charities", response=Page[CharityOut])
def charities(request: HttpRequest, cursor: Cursor = None, limit: Limit = PAGE) -> dict[str, Any]:
    """All charities that can be given to, with what each was given."""
    currency = Brand.current().currency

    def shown(charity: Charity) -> dict[str, Any]:
        told = {name: getattr(charity, name) for name in ("slug", "name", "about", "url", "points")}
        return told | {"amount": decimal(charity.amount), "currency": currency}

    return page(Charity.objects.open(), cursor, limit, order=("position", "pk"), show=shown)


@router.post("/redemptions", response={201: RedemptionOut})
@idempotent
def redeem(request: HttpRequest, body: RedemptionIn) -> Status[dict[str, Any]]:
    """Give a member one of a reward for its points."""
    member = known_member(body.email)
    reward = Reward.objects.visible().filter(slug=body.reward).first()
    if reward is None:
        raise problems.unknown("reward")
    redemption = redeeming.redeem(reward, member=member, session=_session(reward, body.session))
    return Status(201, _redemption(redemption))


@router.post("/redemptions/{uuid:public_id}/cancellation", response=RedemptionOut)
@idempotent
def cancel(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    """Cancel a redemption in time: points and seat go back together, once; again it answers the same."""
    found = Redemption.objects.select_related("reward", "session").filter(public_id=public_id).first()
    if found is None:
        raise problems.unknown("redemption")
    return _redemption(cancelling.cancel(found))


@router.post("/donations", response={201: DonationOut})
@idempotent
def donate(request: HttpRequest, body: DonationIn) -> Status[dict[str, Any]]:
    """Give a member's points to a charity."""
    member = known_member(body.email)
    charity = Charity.objects.visible().filter(slug=body.charity).first()
    if charity is None:
        raise problems.unknown("charity")
    least = giving.least_points(Brand.current())
    if body.points < least:
        raise problems.wrong("points", f"Give at least {least}: less is not worth a cent.")
    donation = giving.give(charity, member=member, points=body.points)
    told = {"id": donation.public_id, "amount": decimal(donation.amount), "currency": donation.currency}
    return Status(201, told)


def decimal(minor: int) -> str:
    """An amount in minor units as a decimal string of whole units: "42.50"."""
    return str(Decimal(minor).scaleb(-2).quantize(Decimal("0.01")))


def _session(reward: Reward, slug: str | None) -> Session | None:
    if not reward.strategy.has_sessions:
        return None
    if slug is None:
        raise problems.wrong("session", "An experience needs a session.")
    session = reward.sessions.filter(slug=slug).first()
    if session is None:
        raise problems.unknown("session")
    return session


def _reward(reward: Reward) -> dict[str, Any]:
    names = ("slug", "kind", "title", "about", "cost", "limit_per_member", "cancel_until_hours")
    return {name: getattr(reward, name) for name in names} | {"sessions": reward.upcoming}


def _redemption(redemption: Redemption) -> dict[str, Any]:
    return {"id": redemption.public_id, "state": redemption.state, "ticket_url": redemption.ticket_url}
