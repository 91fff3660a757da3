"""A member's way up and down the ladder, in the order of what happened: plain sums, without a database.

What happened at one moment is judged by what was earned before that moment, so that no order of arrival can matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from core.earning.editions import Editions
from core.earning.ladder import Ladder, Rung, first_moment, month_of

Worth = Callable[["Climb"], int]


@dataclass(frozen=True, slots=True)
class Gain:
    """Points earned at a moment; how many may depend on how far the member has come by then."""

    at: datetime
    points: int | Worth


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the ladder: from one tier to another (slugs; empty below the lowest), and the points that counted."""

    at: datetime
    before: str
    level: str
    earned: int = 0


@dataclass(slots=True)
class Climb:
    """Where a member stands at a moment, with `earned` by month up to then, and every step since the beginning."""

    editions: Editions
    zone: ZoneInfo
    earned: dict[int, int]
    moment: datetime
    level: str = ""
    steps: list[Step] = field(default_factory=list)
    _month: int = 0

    def __post_init__(self) -> None:
        self._month = month_of(self.moment, self.zone)

    def rung(self, ladder: Ladder | None = None) -> Rung | None:
        """The tier at this moment, on the ladder in force then or on another."""
        ladder = ladder or self.editions.at(self.moment)
        return ladder.held(self.earned, self._month) if ladder else None

    def take(self, gains: Iterable[Gain], until: datetime) -> None:
        """Go through these gains, and through the months, up to `until` or to the last gain if that is later."""
        start = self.moment
        changes = [Gain(edition.at, 0) for edition in self.editions.all[1:] if start < edition.at <= until]
        at_once: dict[datetime, list[Gain]] = {start: [], max(start, until): []}
        for gain in [*gains, *changes]:
            at_once.setdefault(gain.at, []).append(gain)
        for moment in sorted(at_once):
            self._pass_months(moment)
            self.moment = moment
            points = [gain.points(self) if callable(gain.points) else gain.points for gain in at_once[moment]]
            self.earned[self._month] = self.earned.get(self._month, 0) + sum(points)
            self._note()

    def _pass_months(self, moment: datetime) -> None:
        last = month_of(moment, self.zone)
        while self._month < last:
            self._month += 1
            self.moment = first_moment(self._month, self.zone)
            self._note()

    def _note(self) -> None:
        rung = self.rung()
        level = rung.slug if rung else ""
        if level == self.level:
            return
        before, self.level = self.level, level
        if self.steps and self.steps[-1].at == self.moment:
            before = self.steps.pop().before  # down with the month and up again at its first moment is one step
        if before != level:
            ladder = self.editions.at(self.moment)
            self.steps.append(
                Step(self.moment, before, level, ladder.earned(self.earned, self._month) if ladder else 0)
            )

    @property
    def until(self) -> datetime | None:
        """The moment in which the tier ends if nothing more is earned; None for never."""
        ladder = self.editions.at(self.moment)
        rung = self.rung()
        if ladder is None or rung is None:
            return None
        month = ladder.ends(self.earned, self._month, rung)
        return None if month is None else first_moment(month, self.zone)
