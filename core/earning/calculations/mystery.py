"""One of several amounts, drawn by lot: the odds are public, and anybody can check each draw once its seed is shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from django.utils.translation import gettext_noop
from pydantic import Field

from core.brand.explanation import Explanation
from core.earning.calculations.base import Award, Calculation, Fact, Settings, Standing
from core.earning.drawing import IN_ALL, drawn, seal

MOST_POINTS = 1_000_000
Outcome = Annotated[list[Annotated[int, Field(ge=1, le=MOST_POINTS)]], Field(min_length=2, max_length=2)]


class Mystery(Calculation):
    """`settings: {odds: [[10, 70], [50, 25], [500, 5]]}`: points, and the chance in 100; the chances make 100."""

    name = "mystery"
    draws = True
    example = '{"odds": [[10, 70], [50, 25], [500, 5]]}'

    class model(Settings):
        odds: Annotated[list[Outcome], Field(min_length=2, max_length=20)]

        def model_post_init(self, _context: object) -> None:
            if sum(chance for _points, chance in self.odds) != IN_ALL:
                raise ValueError("the chances must make 100 together")
            if len({points for points, _chance in self.odds}) < len(self.odds):
                raise ValueError("each number of points must stand there once")

    def points(self, activity: Fact, standing: Standing) -> Award:
        number = drawn(activity.seed, activity.id)
        points = self._at(number)
        explanation = Explanation(
            gettext_noop("Drawn by lot: %(number)s of the numbers 0 to 99, which gives %(points)s."),
            {"number": number, "points": {"points": points}},
            inputs=(
                *((gettext_noop("Numbers"), _range(*each)) for each in self._numbers()),
                (gettext_noop("Drawn for"), activity.id),
                (gettext_noop("Seal of the seed (SHA-256)"), seal(activity.seed)),
                (
                    gettext_noop("How to check"),
                    {"message": gettext_noop("The page of the rules says how, under Draws.")},
                ),
            ),
        )
        return Award(points, explanation)

    def sentence(self) -> Explanation:
        *first, (points, chance) = self.settings.odds
        said: dict[str, Any] = {"message": ODD, "values": {"points": {"points": points}, "chance": chance}}
        for points, chance in reversed(first):
            values = {"points": {"points": points}, "chance": chance, "others": said}
            said = {"message": ODDS, "values": values}
        return Explanation(gettext_noop("Drawn by lot: %(odds)s."), {"odds": said})

    def _at(self, number: int) -> int:
        """The points of the outcome to which a number from 0 to 99 belongs."""
        return next(points for _first, last, points in self._numbers() if number <= last)

    def _numbers(self) -> Iterator[tuple[int, int, int]]:
        """The first and the last number that give so many points."""
        first = 0
        for points, chance in self.settings.odds:
            yield first, first + chance - 1, points
            first += chance


ODD = gettext_noop("%(points)s (%(chance)s in 100)")
ODDS = gettext_noop("%(points)s (%(chance)s in 100), %(others)s")
RANGE = gettext_noop("%(first)s to %(last)s: %(points)s")


def _range(first: int, last: int, points: int) -> dict[str, Any]:
    return {"message": RANGE, "values": {"first": first, "last": last, "points": {"points": points}}}
