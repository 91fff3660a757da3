"""The same points each time."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_noop
from pydantic import Field

from core.brand.explanation import Explanation
from core.earning.calculations.base import Award, Calculation, Fact, Settings, Standing

MOST_POINTS = 1_000_000
Points = Annotated[int, Field(ge=1, le=MOST_POINTS)]


class Flat(Calculation):
    """`settings: {points: 50}`."""

    name = "flat"
    example = '{"points": 50}'

    class model(Settings):
        points: Points

    def points(self, activity: Fact, standing: Standing) -> Award:
        return Award(self.settings.points, self.sentence())

    def sentence(self) -> Explanation:
        return Explanation(gettext_noop("%(points)s each time."), {"points": {"points": self.settings.points}})
