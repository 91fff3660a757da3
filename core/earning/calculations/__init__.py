"""How points are worked out; a new way is one file here and its line in the list."""

from __future__ import annotations

from core.earning.calculations.base import Award, Calculation, Fact, Limit, Standing
from core.earning.calculations.first_time import FirstTime
from core.earning.calculations.flat import Flat
from core.earning.calculations.per_amount import PerAmount

CALCULATIONS: dict[str, type[Calculation]] = {kind.name: kind for kind in (Flat, PerAmount, FirstTime)}

__all__ = ["CALCULATIONS", "Award", "Calculation", "Fact", "Limit", "Standing"]
