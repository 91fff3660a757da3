"""The editions of the ladder in the process's memory, read anew when the version of the terms changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.brand.compiled import Compiled
from core.earning.ladder import Ladder
from core.earning.models import TierEdition


@dataclass(frozen=True, slots=True)
class Edition:
    """One ladder: in force from `at` on for who stands where, from version `since` on for what is judged."""

    since: int
    at: datetime
    ladder: Ladder


@dataclass(frozen=True, slots=True)
class Editions:
    """All ladders that ever were in force, oldest first."""

    all: tuple[Edition, ...]

    def __bool__(self) -> bool:
        return bool(self.all)

    def at(self, moment: datetime) -> Ladder | None:
        """The ladder on which members stood at `moment`; before the first edition, that one."""
        if not self.all:
            return None
        return next((one for one in reversed(self.all) if one.at <= moment), self.all[0]).ladder

    def of_version(self, version: int) -> Ladder | None:
        """The ladder by which an activity of that brand version is judged; None before there was one."""
        return next((one.ladder for one in reversed(self.all) if one.since <= version), None)

    @property
    def longest(self) -> int:
        """How many months back any of the ladders looks."""
        return max((one.ladder.window + one.ladder.grace for one in self.all), default=0)


def _load() -> Editions:
    rows = TierEdition.objects.order_by("since")
    return Editions(tuple(Edition(row.since, row.created_at, row.ladder) for row in rows))


compiled = Compiled(_load)
