"""What points were worth in each version of the terms, so that an old order is judged by the worth of its day."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from core.brand.models import Brand
from core.brand.versions import Version


@dataclass(frozen=True, slots=True)
class Worths:
    """Points for one unit of the currency: `now`, and `before` as pairs of a version and the worth until it began."""

    now: int = 100
    before: tuple[tuple[int, int], ...] = ()

    @classmethod
    def read(cls) -> Worths:
        """The worths of all versions (two queries).

        The brand is read first: a change in between then tells what held before it, and nothing older reads the new.
        """
        now = Brand.current().points_per_currency_unit
        told = Version.objects.order_by("number").values_list("number", "worth_before")
        return cls(now, tuple((number, worth) for number, worth in told if worth is not None))

    def of_version(self, version: int) -> int:
        """Points for one unit of the currency in that version: what the first change after it found, else what is now.

        Of versions that began before worths were kept, it is the oldest that is known.
        """
        later = bisect_right(self.before, version, key=lambda pair: pair[0])
        return self.before[later][1] if later < len(self.before) else self.now
