"""The columns of a model as bulk statements write them: their names, their types, and their values as PostgreSQL reads
them in the text of an array.

A text is written by `str.join`, an order of magnitude quicker than a list is adapted value by value, and its type does
not vary with the size of the numbers in it, so that one statement stays one prepared statement.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import connections, models

Text = Callable[[Any], str]
NUMBERS = {
    "AutoField",
    "BigAutoField",
    "BigIntegerField",
    "IntegerField",
    "PositiveBigIntegerField",
    "PositiveIntegerField",
    "PositiveSmallIntegerField",
    "SmallIntegerField",
}
TEXTS = {"CharField", "EmailField", "SlugField", "TextField", "URLField"}
MOMENTS = {"DateField", "DateTimeField"}
BARE = {"BooleanField", *MOMENTS}  # written among the elements of an array as they are


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what of a row fills it, and the type that PostgreSQL knows it by.

    `text` writes a value as PostgreSQL reads it; `quotes` says whether that is quoted among the elements of an array.
    """

    field: Any
    alias: str
    name: str
    read: Callable[[models.Model], Any]
    type: str
    text: Text
    quotes: bool

    def array(self, rows: Sequence[models.Model]) -> str:
        """The values of all rows as the text of a PostgreSQL array."""
        text, quotes, values = self.text, self.quotes, map(self.read, rows)
        texts = ["NULL" if value is None else quoted(text(value)) if quotes else text(value) for value in values]
        return f"{{{','.join(texts)}}}"

    def one(self, row: models.Model) -> str | None:
        """The value of one row as its text."""
        value = self.read(row)
        return None if value is None else self.text(value)

    def values(self, rows: Sequence[models.Model]) -> list[Any]:
        """The values of all rows as the database adapter takes them."""
        connection = connections[self.alias]
        return [self.field.get_db_prep_save(self.read(row), connection) for row in rows]


@cache
def columns(model: type[models.Model], alias: str, names: tuple[str, ...] = (), *, key: bool = False) -> list[Column]:
    """The named columns of a model; without names all that the database does not fill itself, with `key` its key too.

    `alias` is Django's name of the database.
    """
    meta: Any = model._meta
    if names:
        fields = [meta.get_field(name) for name in names]
    else:
        fields = [field for field in meta.concrete_fields if not field.generated and (key or not field.primary_key)]
    return [_column(field, alias) for field in fields]


@cache
def with_checksum(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, ...]:
    """These columns, and the checksum of the row where it covers one of them."""
    meta: Any = model._meta
    sums = [field for field in meta.concrete_fields if hasattr(field, "covers")]
    return (*names, *(field.name for field in sums if not set(names).isdisjoint(field.covers)))


def _column(field: Any, alias: str) -> Column:
    connection = connections[alias]
    # Without its length, since a cast would cut a text that is too long instead of refusing it.
    type_ = (field.cast_db_type(connection) or "").split("(")[0]
    kind = _final(field).get_internal_type()
    text = _text(field, kind, alias)
    name = connection.ops.quote_name(field.column)
    read = field.of if hasattr(field, "covers") else attrgetter(field.attname)
    return Column(field, alias, name, read, type_, text, kind not in NUMBERS | BARE)


def _text(field: Any, kind: str, alias: str) -> Text:
    if kind in NUMBERS | TEXTS:
        return str
    if kind in MOMENTS:
        return lambda moment: moment.isoformat()
    if kind == "BooleanField":
        return lambda flag: "t" if flag else "f"
    if kind == "JSONField":
        return json.dumps if field.encoder is None else lambda value: json.dumps(value, cls=field.encoder)
    return lambda value: str(field.get_db_prep_save(value, connections[alias]))


def _final(field: Any) -> Any:
    """The field at the end of a chain of foreign keys: what the value is an instance of."""
    while field.remote_field is not None:
        field = field.target_field
    return field


def quoted(text: str) -> str:
    """A text as an element of an array."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
