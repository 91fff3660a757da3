"""The record of what staff did, written in the transaction of the change itself."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpRequest

from core.members.models import Member, StaffChange
from core.web.admin_changes import Snapshot, recorder


def differing(before: Snapshot, after: Snapshot) -> tuple[Snapshot, Snapshot]:
    """Only the fields that differ, where there was something before and there is something after."""
    if before is None or after is None:
        return before, after
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}


def remember(by: Member | None, action: str, thing: Model, before: Snapshot, after: Snapshot) -> StaffChange:
    """Write down one change; `by` is None for who works at the command line."""
    before, after = differing(before, after)
    return StaffChange.objects.create(
        by=by,
        who=by.email if by else "manage.py",
        action=action,
        model=thing._meta.label_lower,
        object_id=str(thing.pk if thing.pk is not None else _key(before or after)),
        title=str(thing)[:200],
        before=before,
        after=after,
    )


def _key(values: Snapshot) -> Any:
    return (values or {}).get("id", "")


@recorder
def remember_staff(request: HttpRequest, action: str, thing: Model, before: Snapshot, after: Snapshot) -> None:
    """Write down what a signed-in member of staff did in the admin."""
    remember(request.user if isinstance(request.user, Member) else None, action, thing, before, after)
