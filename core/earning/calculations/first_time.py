"""Points for the first time only."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from core.brand.explanation import Explanation
from core.brand.periods import Per
from core.earning.calculations.base import Limit
from core.earning.calculations.flat import Flat


class FirstTime(Flat):
    """`settings: {points: 100}`, once for ever."""

    name = "first_time"
    limit = Limit(1, Per.TOTAL)

    def sentence(self) -> Explanation:
        return Explanation(gettext_noop("%(points)s for the first time."), {"points": {"points": self.settings.points}})
