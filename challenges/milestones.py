"""When a task came as far as a milestone, by what counted for it."""

from __future__ import annotations

from collections.abc import Iterable


def reached_with[Fact](counted: Iterable[tuple[Fact, int]], at: int, before: int = 0) -> Fact | None:
    """With which of these facts, in the order of their own time, the progress came to `at`; None if with none.

    Each comes with how much it counted, in the unit of the task's kind; `before` is how far the task was.
    """
    progress = before
    for fact, quantity in counted:
        progress += quantity
        if progress >= at:
            return fact
    return None
