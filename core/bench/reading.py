"""What a figure says: ours beside the reference, and how the two are measured in turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

Measure = Callable[[], float]


class CannotRun(Exception):
    """A figure cannot be measured here; the text is the sentence that says why."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One line of the table. `ratio` is ours divided by the reference; `goal` is at least that, or at most."""

    id: str
    what: str
    against: str
    ours: float
    reference: float
    unit: str
    goal: float
    at_most: bool = False

    @property
    def ratio(self) -> float:
        """Ours in parts of the reference."""
        return self.ours / self.reference if self.reference else 0.0

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return self.ratio <= self.goal if self.at_most else self.ratio >= self.goal

    def as_json(self) -> dict[str, Any]:
        """The line as other software reads it."""
        numbers = {"ours": self.ours, "reference": self.reference, "ratio": self.ratio}
        # By what counts of them: a thousandth of a second keeps as many digits as a thousand events.
        return asdict(self) | {name: float(f"{number:.8g}") for name, number in numbers.items()} | {"met": self.met}


def compared(ours: Measure, reference: Measure, rounds: int) -> tuple[float, float]:
    """Measure both in turn, `rounds` times, and return the two values of the round whose ratio is the median.

    A machine that is busy with other things is so for both; the values belong together.
    """
    pairs = []
    for number in range(rounds):
        # Who comes first changes from round to round, so that neither always finds the caches warm.
        first, second = (ours, reference) if number % 2 else (reference, ours)
        one, other = first(), second()
        pairs.append((one, other) if number % 2 else (other, one))
    pairs.sort(key=lambda pair: pair[0] / pair[1] if pair[1] else 0.0)
    return pairs[len(pairs) // 2]
