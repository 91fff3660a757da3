"""What keeps a challenge from going live, in words for whoever curates it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from challenges import combines, tasks
from core.activities.kinds import UNREWARDED
from core.activities.models import Kind
from core.earning.models import TierLevel
from core.web.refused import Refused

if TYPE_CHECKING:
    from challenges.models import Challenge, Task


class Unfinished(Refused):
    """A challenge that cannot go live as it is; the sentence says what has to be mended."""

    slug = "unfinished"


def flaws(challenge: Challenge) -> Iterator[str]:
    """Everything about a saved challenge and its tasks that has to be mended first."""
    found = list(challenge.tasks.all())
    if not found:
        yield _("It needs at least one task.")
    elif challenge.need and challenge.need > len(found):
        yield _("It asks for more tasks than it has.")
    if challenge.combine not in {way.slug for way in combines.known()}:
        yield _("Choose how its tasks combine.")
    if challenge.prize_badge and challenge.prize_badge.retired:
        yield _("Its badge is retired.")
    if challenge.audience and not TierLevel.objects.filter(slug__in=challenge.audience).exists():
        yield _("It is for tiers that the programme does not have.")
    known = Kind.known() - UNREWARDED
    for task in found:
        yield from _of_task(task, known)
    yield from _of_order(challenge)


def _of_task(task: Task, known: set[str]) -> Iterator[str]:
    if task.kind not in {kind.slug for kind in tasks.known()}:
        yield _("Choose how the task %(task)s is measured.") % {"task": task.title}
    if task.activity not in known:
        yield _("The task %(task)s counts an activity that the programme does not know.") % {"task": task.title}
    if any(stone["at"] > task.target for stone in task.milestones):
        yield _("A milestone of the task %(task)s lies beyond its target.") % {"task": task.title}


def _of_order(challenge: Challenge) -> Iterator[str]:
    """A challenge cannot wait for itself, at any remove."""
    model = type(challenge)
    before: dict[int, set[int]] = {}
    for this, other in model.after.through.objects.values_list("from_challenge_id", "to_challenge_id"):
        before.setdefault(this, set()).add(other)
    seen: set[int] = set()
    queue = list(before.get(challenge.pk, ()))
    while queue:
        pk = queue.pop()
        if pk not in seen:
            seen.add(pk)
            queue += before.get(pk, ())
    if challenge.pk in seen:
        yield _("It would have to be completed before itself.")
