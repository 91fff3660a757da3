"""What a person had for points and gave away: told; and what is still ahead is given back when they leave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import clock
from core.brand.explanation import shown
from core.brand.models import Brand
from core.members import erasure, known
from core.members.erasure import Erasure
from core.members.known import Person
from core.members.models import Member
from rewards.cancelling import cancel_for_member
from rewards.models import Donation, LapseChoice, Redemption


@known.part("bookings")
def bookings(person: Person) -> list[dict[str, Any]]:
    """Every reward that the member had, with its ticket."""
    rows = Redemption.objects.filter(member=person.member) if person.member else Redemption.objects.none()
    return [
        {
            "id": row.public_id,
            "reward": row.reward.title,
            "date": row.session.starts if row.session else None,
            "place": row.session.place if row.session else "",
            "points": row.cost,
            "state": row.state,
            "ticket": row.ticket_url,
            "booked_at": row.created_at,
            "cancelled_at": row.cancelled_at,
        }
        for row in rows.select_related("reward", "session").order_by("pk")
    ]


@known.part("donations")
def donations(person: Person) -> list[dict[str, Any]]:
    """What the member gave, and to whom."""
    rows = Donation.objects.filter(member=person.member) if person.member else Donation.objects.none()
    return [
        {
            "id": row.public_id,
            "charity": row.charity.name,
            "points": row.points,
            "amount": f"{row.amount // 100}.{row.amount % 100:02d}",
            "currency": row.currency,
            "at": row.at,
        }
        for row in rows.select_related("charity").order_by("pk")
    ]


@erasure.warning(20)
def tickets_go(member: Member) -> Iterator[str]:
    """Which tickets are cancelled."""
    brand = Brand.current()
    for redemption in _ahead(member):
        day = shown({"date": redemption.seat.starts.isoformat()}, brand)
        yield _("Your ticket is cancelled: %(reward)s on %(day)s.") % {"reward": redemption.reward.title, "day": day}


@erasure.step(20)
def cancel_what_is_ahead(done: Erasure) -> None:
    """Seats at what has not begun go back, whatever the last day for cancelling was: nobody could use them."""
    if done.member is None:
        return
    for redemption in _ahead(done.member):
        cancel_for_member(redemption)


@known.part("charity_for_expired_points")
def lapse_choice(person: Person) -> str | None:
    """The charity that the member chose for points that expire."""
    choice = (
        LapseChoice.objects.filter(member=person.member).select_related("charity").first() if person.member else None
    )
    return choice.charity.slug if choice else None


@erasure.step(25)
def forget_lapse_choice(done: Erasure) -> None:
    """Of the choice of a charity nothing stays."""
    if done.member is not None:
        done.count("choices of a charity", LapseChoice.objects.filter(member=done.member).delete()[0])


def _ahead(member: Member) -> QuerySet[Redemption]:
    """The tickets to what has not begun."""
    ahead = Redemption.objects.live().of(member).filter(session__starts__gt=clock.now())
    return ahead.select_related("reward", "session").order_by("session__starts", "pk")
