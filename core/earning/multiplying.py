"""Multipliers: exact fractions of the exact worth, multiplied once and rounded down once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop

from core.brand.explanation import Explanation
from core.brand.periods import Per, period
from core.earning.calculations import Award, Standing

if TYPE_CHECKING:
    from core.earning.models import Rule

DAY = timedelta(days=1)
STREAKS = {
    Per.DAY: gettext_noop("Days in a row"),
    Per.WEEK: gettext_noop("Weeks in a row"),
    Per.MONTH: gettext_noop("Months in a row"),
}
TIMES = gettext_noop("%(sum)s × %(factor)s")
RESULT = gettext_noop("%(sum)s = %(points)s, rounded down.")


@dataclass(frozen=True, slots=True)
class Streak:
    """What a rule multiplies by for doing it period after period: `step` more each time, `most` at the most.

    A streak is the number of calendar periods in a row, in the member's own time zone, in which something of the rule's
    kind happened, up to the one of the activity.
    """

    every: Per
    step: Fraction
    most: Fraction

    @classmethod
    def of(cls, rule: Rule) -> Streak | None:
        if not rule.streak_every or rule.streak_step is None or rule.streak_most is None:
            return None
        return cls(Per(rule.streak_every), Fraction(rule.streak_step), Fraction(rule.streak_most))

    def factor(self, length: int) -> Fraction:
        """By what is multiplied in the `length`th period in a row."""
        return min(1 + self.step * max(length - 1, 0), self.most)

    @property
    def longest(self) -> int:
        """After how many periods nothing more is added."""
        return 1 - floor((1 - self.most) / self.step)

    def length(self, moment: datetime, happened: Collection[datetime], zone: ZoneInfo) -> int:
        """How many periods in a row, the one of `moment` included, hold one of the moments in `happened`."""
        kept = {period(one, self.every, zone).key for one in happened}
        around = period(moment, self.every, zone)
        length = 1
        while length < self.longest:
            assert around.starts is not None
            around = period(around.starts - DAY / 2, self.every, zone)
            if around.key not in kept:
                break
            length += 1
        return length

    def reach(self, moment: datetime) -> datetime:
        """The earliest moment that can matter for a streak at `moment`."""
        days = {Per.DAY: 1, Per.WEEK: 7, Per.MONTH: 31}[self.every]
        return moment - timedelta(days=days * (self.longest + 1))


def multiplied(award: Award, standing: Standing, rule: Rule, streak: Streak | None) -> Award:
    """The award multiplied by the member's tier and streak: floor(worth x factors), with each factor in its why."""
    factors: list[tuple[str, Any, Fraction]] = []
    if rule.tier_multiplier and standing.multiplier != 1:
        factors.append((gettext_noop("Tier"), standing.tier_name, standing.multiplier))
    if streak and streak.factor(standing.streak) != 1:
        factors.append((STREAKS[streak.every], standing.streak, streak.factor(standing.streak)))
    if not factors or not award.worth:
        return award
    worth, total = award.worth, award.formula
    for _label, _told, factor in factors:
        worth *= factor
        total = {"message": TIMES, "values": {"sum": total, "factor": {"factor": written(factor)}}}
    points = floor(worth)
    inputs = (*award.explanation.inputs, *((label, told) for label, told, _factor in factors))
    explanation = Explanation(RESULT, {"sum": total, "points": {"points": points}}, inputs=inputs)
    return replace(award, points=points, explanation=explanation, exact=award.worth)


def written(factor: Fraction) -> str:
    """A factor as a decimal without needless zeros: "1.25". Those that programmes hold have at most four decimals."""
    thousandths = floor(factor * 10_000)
    whole, rest = divmod(thousandths, 10_000)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".")
