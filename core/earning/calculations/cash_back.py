"""A part of what was paid, as points worth as much: once for the whole order, rounded down to whole points."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import Annotated

from django.utils.translation import gettext_noop
from pydantic import Field

from core.brand.explanation import Explanation
from core.earning.calculations.base import Award, Calculation, Fact, Settings, Standing

UNIT = 100  # hundredths in one unit of the currency
SUM = gettext_noop("%(amount)s × %(percent)s %% × %(rate)s ÷ %(unit)s")


class CashBack(Calculation):
    """`settings: {percent: "5"}`, up to two decimals: floor(amount x percent x points for one unit / (100 x 100))."""

    name = "cash_back"
    example = '{"percent": "5"}'

    class model(Settings):
        percent: Annotated[str, Field(pattern=r"^[0-9]{1,3}(\.[0-9]{1,2})?$")]

        def model_post_init(self, _context: object) -> None:
            if not 0 < Fraction(self.percent) <= 100:
                raise ValueError("percent must be above 0 and at most 100")

    def points(self, activity: Fact, standing: Standing) -> Award:
        money = activity.amount * Fraction(self.settings.percent) / 100
        exact = money * standing.points_per_unit / UNIT
        values = {
            "amount": {"money": activity.amount},
            "percent": {"factor": self.settings.percent},
            "rate": {"points": standing.points_per_unit},
            "unit": {"money": UNIT},
        }
        inputs = [(gettext_noop("Amount"), {"money": activity.amount + activity.taken_back})]
        if activity.taken_back:
            inputs.append((gettext_noop("Refunded"), {"money": activity.taken_back}))
            inputs.append((gettext_noop("Left of it"), {"money": activity.amount}))
        inputs.append((gettext_noop("Percent"), values["percent"]))
        inputs.append((gettext_noop("Worth in money"), {"money": floor(money)}))
        points = floor(exact)
        explanation = Explanation(
            gettext_noop("%(amount)s × %(percent)s %% × %(rate)s ÷ %(unit)s = %(points)s, rounded down."),
            {**values, "points": {"points": points}},
            inputs=tuple(inputs),
        )
        return Award(points, explanation, exact, {"message": SUM, "values": values})

    def sentence(self) -> Explanation:
        message = gettext_noop("%(percent)s %% of what you pay, as points worth as much.")
        return Explanation(message, {"percent": {"factor": self.settings.percent}})
