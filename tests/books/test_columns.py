"""Every column of every table of the books: when one cell of it changes behind the site's back, a law names it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from core.members.models import Member
from tests.books.planting import behind_our_back, broken, change, replayed

pytestmark = pytest.mark.django_db

# By table, the columns of which no law speaks, each with the reason.
UNSPOKEN = {
    "ledger.wallet": {
        "version": "counts writers, to keep one from undoing another's work; it says nothing of points",
        "active_on": "from when inactivity is counted; nothing ends by it without a notice long before",
        "expiry": "which expiry the member was told of for it; points that ended are held against their notice",
    },
    "ledger.lot": {
        "revision": "numbers the transfers of a lot, which a refund that lets points go has none of",
        "available_at": "orders what is used first; the points are the same",
        "expiry": "which expiry the member was told of for it; points that ended are held against their notice",
    },
    "ledger.use": {},
    "ledger.transfer": {},
    "ledger.entry": {},
    "ledger.tally": {},
    "challenges.contribution": {},
}


@pytest.fixture
def sealed(history: dict[str, Member]) -> None:
    """The history, and the books sealed as far as they go."""
    from core.sealing.counting import count
    from core.sealing.sealing import seal

    assert seal()
    assert count()


def _columns(label: str) -> list[Any]:
    fields = apps.get_model(label)._meta.concrete_fields
    return [field for field in fields if not field.primary_key and field.name not in UNSPOKEN[label]]


def _others(field: Any, value: Any) -> Iterator[Any]:
    """Values of the field's kind that are not `value`: more than one where a unique constraint may stand against it."""
    if field.is_relation:
        others = field.related_model._default_manager.exclude(pk=value).order_by("pk").values_list("pk", flat=True)
        yield from others[:1]
        yield (value or 0) + 1000
    elif isinstance(value, str) and field.choices:
        yield from (choice for choice, _label in field.choices if choice != value)
    else:
        yield _another(field, value)


def _another(field: Any, value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case datetime():
            return value + timedelta(hours=1)
        case date():
            return value + timedelta(days=7)
        case dict():
            return {**value, "planted": 1}
        case bytes() | memoryview():
            return bytes(value)[::-1] + b"x"
        case uuid.UUID():
            return uuid.UUID(int=value.int ^ 1)
        case str():
            return f"{value[:-1]}x" if value and field.max_length and len(value) >= field.max_length else f"{value}x"
    kind = field.get_internal_type()
    return {"DateTimeField": datetime.fromisoformat("2026-01-01T00:00:00+00:00"), "CharField": "x"}.get(kind, 1)


@pytest.mark.parametrize("label", UNSPOKEN)
def test_a_changed_cell_is_named(sealed: None, label: str) -> None:
    model = apps.get_model(label)
    assert broken() == {}
    assert replayed() == []
    silent = []
    for field in _columns(label):
        row = model._default_manager.earliest("pk")
        with behind_our_back(model):
            assert _planted(row, field)
            if not (broken() or replayed()):
                silent.append(field.name)

    assert silent == []


def _planted(row: models.Model, field: Any) -> bool:
    """Whether another value could be put into the cell."""
    for value in _others(field, getattr(row, field.attname)):
        with suppress(IntegrityError), transaction.atomic():
            change(row, field.name, value)
            return True
    return False


@pytest.mark.parametrize("label", UNSPOKEN)
def test_what_no_law_speaks_of_is_there(label: str) -> None:
    """A column that is gone is not excused for ever."""
    names = {field.name for field in apps.get_model(label)._meta.concrete_fields}
    assert UNSPOKEN[label].keys() <= names
