"""Every change in the admin is told to whoever keeps the record: what stood there before, and what after."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from core.sums import Checksum

Snapshot = dict[str, Any] | None
# (request, action, thing, before, after): None before for what is new, None after for what is gone.
Recorder = Callable[[HttpRequest, str, Model, Snapshot, Snapshot], None]

_recorders: list[Recorder] = []
_SECRET = frozenset({"password"})


def recorder(function: Recorder) -> Recorder:
    """Let `function` record each change by staff, inside the transaction of the change."""
    if function not in _recorders:
        _recorders.append(function)
    return function


def snapshot(thing: Model) -> Snapshot:
    """All fields of `thing` as they stand in the database now, as JSON values; None if it is not there."""
    model: type[Model] = type(thing)
    kept = model._base_manager.filter(pk=thing.pk).first() if thing.pk is not None else None
    if kept is None:
        return None
    own = [field for field in model._meta.concrete_fields if not isinstance(field, Checksum)]
    fields = {field.name: field.value_from_object(kept) for field in own}
    for field in model._meta.many_to_many:
        through = field.remote_field.through
        if through is not None and through._meta.auto_created:
            fields[field.name] = sorted(str(pk) for pk in getattr(kept, field.name).values_list("pk", flat=True))
    told = {name: value for name, value in fields.items() if name not in _SECRET}
    return json.loads(json.dumps(told, cls=_Encoder))  # type: ignore[no-any-return]


def record(request: HttpRequest, action: str, thing: Model, before: Snapshot, after: Snapshot) -> None:
    """Tell the recorders of a change; one that changed nothing is told as well, since somebody did it."""
    for function in _recorders:
        function(request, action, thing, before, after)


class _Encoder(DjangoJSONEncoder):
    """Values that JSON does not know, such as a file's name, become text."""

    def default(self, value: Any) -> Any:
        try:
            return super().default(value)
        except TypeError:
            return str(value)


class Audited(ModelAdmin):
    """Records what is saved, deleted or edited in place; the site puts it before every ModelAdmin."""

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm, change: bool) -> None:
        self._before(request)[id(obj)] = snapshot(obj) if change else None
        super().save_model(request, obj, form, change)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        record(request, "add", obj, None, snapshot(obj))
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        before = self._before(request).pop(id(obj), None)
        record(request, "change", obj, before, snapshot(obj))
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        for obj in queryset:
            record(request, "delete", obj, snapshot(obj), None)
        return super().log_deletions(request, queryset)

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: Any, change: bool) -> None:
        """Parts that are edited on the page of the whole are recorded each for itself."""
        parts = [each.instance for each in formset.initial_forms if each.has_changed()]
        before = {part.pk: snapshot(part) for part in parts}
        super().save_formset(request, form, formset, change)
        for part, _fields in getattr(formset, "changed_objects", []):
            record(request, "change", part, before.get(part.pk), snapshot(part))
        for part in getattr(formset, "new_objects", []):
            record(request, "add", part, None, snapshot(part))
        for pk, part in ((part.pk, part) for part in getattr(formset, "deleted_objects", [])):
            record(request, "delete", part, before.get(pk) or _last_known(before, parts, part), None)

    @staticmethod
    def _before(request: HttpRequest) -> dict[int, Snapshot]:
        if not hasattr(request, "_things_before"):
            request._things_before = {}  # type: ignore[attr-defined]
        return request._things_before  # type: ignore[attr-defined, no-any-return]


def _last_known(before: dict[Any, Snapshot], parts: list[Model], part: Model) -> Snapshot:
    """The snapshot of a part whose key was taken from it when it was deleted."""
    keys = list(before)
    return next((before[keys[n]] for n, known in enumerate(parts) if known is part), None)


def audited(admin_class: type[ModelAdmin]) -> type[ModelAdmin]:
    """The same ModelAdmin, with a record of what is done by it."""
    if issubclass(admin_class, Audited):
        return admin_class
    return type(admin_class.__name__, (Audited, admin_class), {"__module__": admin_class.__module__})
