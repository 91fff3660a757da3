"""A checksum over the cells of a fact: whatever changes one of them behind the site's back does not change it as well.

It is worked out where the row is written (`save`, `bulk_create`, `core.bulk`), and again where a covered cell moves.
It withstands nobody who can run our code: that is what the seals are for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from hashlib import blake2b
from json import JSONEncoder
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models, transaction

from core import bulk

CHUNK = 2000  # rows read at a time


class Checksum(models.BigIntegerField[int, int]):
    """Eight bytes over the cells of the columns `covers`, kept in their row.

    Their order counts. Another `covers` is a migration, which has to work out the checksums anew (`renew`).
    """

    non_db_attrs = (*models.BigIntegerField.non_db_attrs, "covers")

    def __init__(self, covers: Iterable[str] = (), **options: Any) -> None:
        self.covers = tuple(covers)
        super().__init__(**{**options, "null": True, "editable": False})

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        options.pop("null"), options.pop("editable")
        return name, path, args, {**options, "covers": self.covers}

    @cached_property
    def attributes(self) -> list[str]:
        """The attributes of a row that are covered."""
        return [self.model._meta.get_field(name).attname for name in self.covers]  # type: ignore[union-attr]

    @cached_property
    def _cells(self) -> attrgetter[tuple[Any, ...]]:
        return attrgetter(*self.attributes)

    def of(self, row: models.Model) -> int:
        """The checksum of the row as it is now."""
        return checksum(self._cells(row))

    def pre_save(self, row: models.Model, add: bool) -> int:
        """Have it right in whatever writes the row."""
        summed = self.of(row)
        setattr(row, self.attname, summed)
        return summed


def checksum(cells: Iterable[Any]) -> int:
    """A number of 64 bits for these cells, the same before they are written and after they are read from a database."""
    written = _encode(list(cells))
    if "e+" in written:
        written = _encode(_read_back(list(cells)))
    return int.from_bytes(blake2b(written.encode(), digest_size=8).digest(), signed=True)


def covered() -> list[Checksum]:
    """The checksums of all tables that have one, in the order of the apps."""
    fields = (field for model in apps.get_models() for field in model._meta.concrete_fields)
    return [field for field in fields if isinstance(field, Checksum)]


def pointers(table: type[models.Model]) -> list[Any]:
    """The foreign keys of a table."""
    return [field for field in table._meta.concrete_fields if field.is_relation]


def changed(field: Checksum) -> Iterator[tuple[Any, bool]]:
    """The keys of the rows that are not as they were written, each with whether it has a checksum at all."""
    rows = field.model._base_manager.order_by("pk").values_list("pk", field.attname, *field.attributes)
    for pk, kept, *cells in rows.iterator(CHUNK):
        if kept != checksum(cells):
            yield pk, kept is not None


def renew(rows: models.QuerySet[Any]) -> None:
    """Work out the checksums of these rows anew, as after an UPDATE that moved covered cells, in its transaction."""
    name = next(field.name for field in rows.model._meta.concrete_fields if isinstance(field, Checksum))
    last: Any = None
    while True:
        with transaction.atomic():
            left = rows if last is None else rows.filter(pk__gt=last)
            found = list(left.select_for_update(of=("self",)).order_by("pk")[:CHUNK])
            bulk.update(found, [name])
        if len(found) < CHUNK:
            return
        last = found[-1].pk


def _plain(value: Any) -> str:
    """What JSON does not have, written as it would be if it came from the database."""
    match value:
        case datetime():
            return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat()
        case date():
            return value.isoformat()
        case UUID():
            return value.hex
        case Decimal():
            return f"{value.normalize():f}"
        case bytes() | memoryview():
            return value.hex()
    return str(value)


def _read_back(value: Any) -> Any:
    """PostgreSQL writes out a number that JSON has with a power of ten."""
    match value:
        case dict():
            return {name: _read_back(item) for name, item in value.items()}
        case list() | tuple():
            return [_read_back(item) for item in value]
        case float() if "e+" in repr(value):
            return int(Decimal(repr(value)))
    return value


_encode = JSONEncoder(sort_keys=True, separators=(",", ":"), default=_plain).encode
