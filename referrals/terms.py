"""What an invitation is worth, to whom, and for what: the terms, frozen onto a referral when the friend joins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from referrals import qualifying

LAST = "last"
FIRST = "first"


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms as plain values: points a side, days, and in minor units the least amount that qualifies.

    `by` names the strategy of `qualifying` that decides; `activity`, `minimum` and `challenge` are its settings and
    `title` what people call that activity or challenge. `cap_count` rewards an inviter for at most so many friends a
    `cap_per` (day, week, month, total).
    """

    referrer_points: int = 0
    friend_points: int = 0
    by: str = qualifying.ByOrder.slug
    activity: str = ""
    minimum: int | None = None
    challenge: str = ""
    title: str = ""
    window_days: int = 90
    qualify_within_days: int = 60
    hold_days: int = 0
    attribution: str = LAST
    cap_count: int | None = None
    cap_per: str = "month"

    @classmethod
    def restored(cls, kept: Mapping[str, Any]) -> Terms:
        """The terms behind their stored form."""
        return cls(**{name: kept[name] for name in NAMES if name in kept})

    def stored(self) -> dict[str, Any]:
        """The form in which they are frozen onto a referral."""
        return asdict(self)

    @property
    def qualifying(self) -> qualifying.Qualifying:
        """What the friend has to do."""
        return qualifying.of(self)

    def window_begins(self, joined_at: datetime) -> datetime:
        """The earliest click that still counts for who joins at `joined_at`."""
        return joined_at - timedelta(days=self.window_days)

    def qualify_until(self, joined_at: datetime) -> datetime:
        """When it is too late for who joined at `joined_at` to qualify."""
        return joined_at + timedelta(days=self.qualify_within_days)


NAMES = tuple(field.name for field in fields(Terms))
