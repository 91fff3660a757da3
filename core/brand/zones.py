"""The programme's calendar moves to another time zone: whoever counts by days, weeks or months counts anew."""

from __future__ import annotations

from collections.abc import Callable

from core.brand.models import Brand

Counted = Callable[[Brand], None]
_counting: list[Counted] = []


def recount(function: Counted) -> Counted:
    """Register what is to be done when the brand's zone changed: fn(brand), inside the transaction of the change."""
    _counting.append(function)
    return function


def moved(brand: Brand) -> None:
    """Let everybody count anew in the brand's zone, which has just changed."""
    for function in _counting:
        function(brand)
