"""Any N of the tasks make the challenge, in whatever order they are done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from challenges.combines.base import Combine, Counted, Progress
from challenges.tasks import task_kind

if TYPE_CHECKING:
    from challenges.terms import Terms


class AnyOf(Combine):
    """Done when as many tasks as needed have reached their targets; a task takes nothing beyond its target."""

    slug = "any"
    name = _("Any of the tasks, in any order")

    def count(self, terms: Terms, progress: Progress, activity: Any) -> list[Counted]:
        counted = []
        for task in terms.tasks:
            if task.activity != activity.type:
                continue
            room = task.target - progress.get(task.slug, 0)
            quantity = min(task_kind(task.kind).quantity(activity), room) if room > 0 else 0
            if quantity > 0:
                progress[task.slug] = progress.get(task.slug, 0) + quantity
                counted.append(Counted(task.slug, quantity))
        return counted

    def complete(self, terms: Terms, progress: Progress) -> bool:
        return sum(progress.get(task.slug, 0) >= task.target for task in terms.tasks) >= terms.needed

    def share(self, terms: Terms, progress: Progress) -> float:
        parts = sorted((min(progress.get(task.slug, 0) / task.target, 1) for task in terms.tasks), reverse=True)
        return sum(parts[: terms.needed]) / terms.needed if terms.needed else 0.0
