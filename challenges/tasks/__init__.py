"""The kinds of task: what one activity is worth to a task, one file each."""

from __future__ import annotations

from challenges.tasks.base import TaskKind, known, register, task_kind
from challenges.tasks.count import Count
from challenges.tasks.total import Total

register(Count())
register(Total())

__all__ = ["TaskKind", "known", "register", "task_kind"]
