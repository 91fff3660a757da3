"""The ladder of tiers: what is reached by points earned in whole calendar months, and how long it lasts.

Plain sums of months, without a member or a database. A month is a number: 12 x year + month - 1, in the brand's zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

Months = Mapping[int, int]


def month_of(moment: datetime, zone: ZoneInfo) -> int:
    """The number of the calendar month around `moment` in `zone`."""
    return month_number(moment.astimezone(zone).date())


def month_number(day: date) -> int:
    """The number of the month of a day."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    """The first day of the month of that number."""
    return date(month // 12, month % 12 + 1, 1)


def first_moment(month: int, zone: ZoneInfo) -> datetime:
    """The moment in which the month of that number begins in `zone`."""
    return datetime.combine(first_day(month), time(), tzinfo=zone)


@dataclass(frozen=True, slots=True)
class Rung:
    """One tier: reached by `from_points` points, whose awards are multiplied where a rule says so."""

    slug: str
    name: str
    from_points: int
    multiplier: Fraction = Fraction(1)
    perks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ladder:
    """The tiers of one edition, lowest first.

    A tier holds in every month in which enough was earned in the `window` months that end with it, and for `grace`
    months more. Nothing but what was earned is asked, so that spending never moves anybody.
    """

    window: int
    grace: int
    rungs: tuple[Rung, ...]

    def earned(self, months: Months, month: int) -> int:
        """The points that count in `month`: those of the window that ends with it."""
        return sum(months.get(number, 0) for number in range(month - self.window + 1, month + 1))

    def held(self, months: Months, month: int) -> Rung | None:
        """The tier in `month` by what was earned up to then; None below the lowest."""
        window = self.earned(months, month)
        best = window
        for number in range(month - 1, month - self.grace - 1, -1):
            window += months.get(number - self.window + 1, 0) - months.get(number + 1, 0)
            best = max(best, window)
        return self.reached(best)

    def reached(self, points: int) -> Rung | None:
        """The highest tier that so many points in a window reach."""
        return next((rung for rung in reversed(self.rungs) if rung.from_points <= points), None)

    def above(self, rung: Rung | None) -> Rung | None:
        """The next tier; None above the highest."""
        place = self.rungs.index(rung) + 1 if rung else 0
        return self.rungs[place] if place < len(self.rungs) else None

    def ends(self, months: Months, month: int, rung: Rung) -> int | None:
        """The month with whose beginning `rung`, held in `month`, ends if nothing more is earned; None for never."""
        if rung.from_points <= 0:
            return None
        for last in range(month + self.window - 1, month - self.grace - 1, -1):
            if self.earned(months, last) >= rung.from_points:
                return last + self.grace + 1
        return month

    def stored(self) -> dict[str, Any]:
        """The form in which it is kept: plain JSON."""
        return {"window": self.window, "grace": self.grace, "rungs": [_stored(rung) for rung in self.rungs]}

    @classmethod
    def restored(cls, kept: Mapping[str, Any]) -> Ladder:
        """The ladder behind its stored form."""
        rungs = (
            Rung(**{**rung, "multiplier": Fraction(rung["multiplier"]), "perks": tuple(rung["perks"])})
            for rung in kept["rungs"]
        )
        return cls(kept["window"], kept["grace"], tuple(rungs))


def _stored(rung: Rung) -> dict[str, Any]:
    return {
        "slug": rung.slug,
        "name": rung.name,
        "from_points": rung.from_points,
        "multiplier": str(rung.multiplier),
        "perks": list(rung.perks),
    }
