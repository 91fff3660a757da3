"""What is worked out once for each version of the terms and kept in the process's memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from core.brand.models import Brand

KEPT = 4


class Compiled[Terms]:
    """Terms by version: loaded when a version is first asked for, without a query after that."""

    def __init__(self, load: Callable[[], Terms]) -> None:
        self._load = load
        self._known: OrderedDict[tuple[int, str], Terms] = OrderedDict()

    def of(self, brand: Brand) -> Terms:
        """The terms as they are in the brand's version. The stamp tells a version from one that was rolled back."""
        key = (brand.version, brand.stamp)
        if key not in self._known:
            self._known[key] = self._load()
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return self._known[key]

    def anew(self) -> Terms:
        """The terms as the database has them at this moment, whatever version it says they are."""
        return self._load()
