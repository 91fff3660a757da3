"""What becomes of points that expire, and what members read of it: the words, and the place for who receives them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Protocol

from django.utils.translation import gettext_noop

from core.brand.explanation import Explanation
from core.brand.models import Brand, ExpiryPolicy, Lapse

WILL_EXPIRE = gettext_noop("%(points)s expire after %(date)s unless you use them.")
WILL_LAPSE = gettext_noop("%(points)s go to %(charity)s after %(date)s unless you use them.")
WILL_EXPIRE_UNUSED = gettext_noop("%(points)s expire after %(date)s unless you earn, spend or give some before.")
WILL_LAPSE_UNUSED = gettext_noop(
    "%(points)s go to %(charity)s after %(date)s unless you earn, spend or give some before."
)
EXPIRED = Explanation(gettext_noop("%(points)s expired, as you had been told."))
LAST_DAY = gettext_noop("Last day")
TOLD_ON = gettext_noop("First told on")


@dataclass(frozen=True)
class Lapsed:
    """Points of one member that end: a name for them within the batch, and how many."""

    key: int
    member_id: int
    points: int


@dataclass(frozen=True)
class Gift:
    """What became of them: the reference of the gift, which its transfer bears, and why for the member."""

    reference: str
    explanation: Explanation


class Receiving(Protocol):
    """Who takes points that end, instead of nobody."""

    def names(self, member_ids: set[int]) -> dict[int, str]:
        """To whom the points of each of these members would go now; who is missing has nobody to give to."""

    def receive(self, lapsed: Iterable[Lapsed], brand: Brand) -> dict[int, Gift]:
        """Give these points away, in the caller's transaction and under its locks; what is missing goes to nobody.

        As many statements as there are receivers, however many gifts.
        """


_receiving: list[Receiving] = []


def receive_by(receiving: Receiving) -> None:
    """Register who takes points that end, where the brand wants it so (an app above does so when it starts)."""
    _receiving[:] = [receiving]


def receiver_of(brand: Brand) -> Receiving | None:
    """Who takes points that end; None where they go to nobody."""
    return _receiving[0] if _receiving and brand.expiry_lapse_to == Lapse.CHARITY else None


def will_end(points: int, on: date, policy: str, charity: str | None, brand: Brand) -> Explanation:
    """That `points` end after the day `on`, and what becomes of them."""
    if policy == ExpiryPolicy.INACTIVITY:
        message = WILL_LAPSE_UNUSED if charity else WILL_EXPIRE_UNUSED
    else:
        message = WILL_LAPSE if charity else WILL_EXPIRE
    values = {"points": {"points": points}, "date": day(on, brand)}
    return Explanation(message, values | ({"charity": charity} if charity else {}))


def day(on: date, brand: Brand) -> dict[str, str]:
    """A day as a value of an explanation."""
    return {"date": datetime.combine(on, time(12), tzinfo=brand.zone).isoformat()}
