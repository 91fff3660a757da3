"""Points for what was paid: floor(amount x points / per), once for the whole order."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import Annotated

from django.utils.translation import gettext_noop
from pydantic import Field

from core.brand.explanation import Explanation
from core.earning.calculations.base import Award, Calculation, Fact, Settings, Standing
from core.earning.calculations.flat import Points

SUM = gettext_noop("%(amount)s × %(rate)s ÷ %(per)s")


class PerAmount(Calculation):
    """`settings: {points: 1, per: "1.00"}`; `per` in whole units of the currency."""

    name = "per_amount"
    example = '{"points": 1, "per": "1.00"}'

    class model(Settings):
        points: Points
        per: Annotated[str, Field(pattern=r"^[0-9]{1,9}(\.[0-9]{2})?$")]

        @property
        def per_minor(self) -> int:
            whole, _point, cents = self.per.partition(".")
            return int(whole) * 100 + int(cents or 0)

        def model_post_init(self, _context: object) -> None:
            if not self.per_minor:
                raise ValueError("per must be above 0")

    def points(self, activity: Fact, standing: Standing) -> Award:
        exact = Fraction(activity.amount * self.settings.points, self.settings.per_minor)
        points = floor(exact)
        inputs = [(gettext_noop("Amount"), {"money": activity.amount + activity.taken_back})]
        if activity.taken_back:
            inputs.append((gettext_noop("Refunded"), {"money": activity.taken_back}))
            inputs.append((gettext_noop("Left of it"), {"money": activity.amount}))
        values = {
            "amount": {"money": activity.amount},
            "rate": {"points": self.settings.points},
            "per": {"money": self.settings.per_minor},
        }
        explanation = Explanation(
            gettext_noop("%(amount)s × %(rate)s ÷ %(per)s = %(points)s, rounded down."),
            {**values, "points": {"points": points}},
            inputs=tuple(inputs),
        )
        return Award(points, explanation, exact, {"message": SUM, "values": values})

    def sentence(self) -> Explanation:
        return Explanation(
            gettext_noop("%(points)s for each %(per)s."),
            {"points": {"points": self.settings.points}, "per": {"money": self.settings.per_minor}},
        )
