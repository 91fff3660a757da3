"""Reading rows on the hot path: the statement is put together once for each shape, not once for each call.

The ORM takes several times as long to put a short query together as the database to answer it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connections, models, router
from django.db.models.expressions import Col

from core.bulk.columns import quoted
from core.bulk.cursors import executed
from core.bulk.fusing import Waiting
from core.bulk.gathering import Gathering, current
from core.bulk.rows import loaded

# Beyond so many values SQLite is given them as one JSON text.
MOST_PLACES = 30
Converter = Callable[[Any, Any, Any], Any]


@dataclass(frozen=True, slots=True)
class _Shape:
    """What is the same for every reading of a model: the columns, and what makes Python of their values."""

    head: str
    names: tuple[str, ...]
    converters: tuple[tuple[int, tuple[Converter, ...], Col], ...]


class Ahead[Row: models.Model]:
    """Rows that are asked for before they are needed, so that several such questions go on one way."""

    def __init__(self, rows: list[Row] | None = None, waiting: Gathering | None = None) -> None:
        self._rows, self._waiting = rows, waiting

    def answer(self, rows: list[Row]) -> None:
        """Take the rows, which have come."""
        self._rows = rows

    @property
    def rows(self) -> list[Row]:
        """The rows; if they have not come yet, what still waits is sent."""
        if self._rows is None and self._waiting is not None:
            self._waiting.send()
        assert self._rows is not None
        return self._rows


def ahead[Row: models.Model](
    model: type[Row], where: str, *values: Collection[Any], order: str = "", lock: bool = False
) -> Ahead[Row]:
    """What `select` would return, asked for now and read at the first look where statements are gathered.

    It is as of then, and after all that was written before this was called.
    """
    gathering = current()
    if gathering is None or not all(values):
        return Ahead(select(model, where, *values, order=order, lock=lock))
    question = _Question.of(model, where, values, order, lock)
    asked: Ahead[Row] = Ahead(waiting=gathering)

    def look(cursor: Any) -> None:
        asked.answer(question.rows(cursor.fetchall()))

    gathering.later(Waiting(model._meta.db_table, lambda: (question.sql, question.params), look=look))
    return asked


def select[Row: models.Model](
    model: type[Row], where: str, *values: Collection[Any], order: str = "", lock: bool = False, aside: bool = False
) -> list[Row]:
    """The rows of `model` for which `where` is true, in the order of the columns `order`; one statement.

    `where` is SQL that both databases understand, with a `{}` after each column that must be among the values of the
    next of `values` (numbers or texts): `"member_id {} AND type {}"`. With `lock`, inside a transaction, the rows are
    locked until it ends, where a database locks rows. With `aside` the caller knows that nothing that still waits to be
    written (`gathered`) is among them, so that it may go on waiting.
    """
    if not all(values):
        return []
    gathering = current()
    question = _Question.of(model, where, values, order, lock)
    if gathering is not None and not aside and gathering.touches(question.sql):
        return ahead(model, where, *values, order=order, lock=lock).rows
    aside_of = gathering.aside() if gathering else nullcontext()
    with aside_of, executed(question.sql, question.params, question.alias, gathering) as cursor:
        return question.rows(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class _Question[Row: models.Model]:
    """One reading: its statement, and what makes rows of the answer."""

    model: type[Row]
    alias: str
    sql: str
    params: list[Any]
    shape: _Shape

    @classmethod
    def of(
        cls, model: type[Row], where: str, values: Collection[Collection[Any]], order: str, lock: bool
    ) -> _Question[Row]:
        alias = router.db_for_write(model)
        shape = _shape(model, alias)
        places = [among(those, alias) for those in values]
        sql = f"{shape.head} WHERE {where.format(*(place for place, _params in places))}"
        if order:
            sql += f" ORDER BY {order}"
        if lock and connections[alias].vendor == "postgresql":
            sql += " FOR UPDATE"
        return cls(model, alias, sql, [param for _place, params in places for param in params], shape)

    def rows(self, found: list[Any]) -> list[Row]:
        """The rows of an answer."""
        values = _converted(found, self.shape, connections[self.alias])
        return [loaded(self.model, self.alias, self.shape.names, row) for row in values]


def among(values: Collection[Any], alias: str = "default") -> tuple[str, list[Any]]:
    """What stands behind a column that must be among these values (numbers or texts), and the parameters for it.

    On PostgreSQL one parameter however many values there are, so that the statement stays one that is prepared.
    `alias` is Django's name of the database.
    """
    if connections[alias].vendor == "postgresql":
        listed = ",".join(quoted(value) if isinstance(value, str) else str(value) for value in values)
        return "= ANY(%s)", [f"{{{listed}}}"]
    if len(values) <= MOST_PLACES:
        return f"IN ({', '.join(['%s'] * len(values))})", list(values)
    return "IN (SELECT value FROM json_each(%s))", [json.dumps(list(values))]


@cache
def _shape(model: type[models.Model], alias: str) -> _Shape:
    connection = connections[alias]
    table = connection.ops.quote_name(model._meta.db_table)
    fields: list[Any] = list(model._meta.concrete_fields)
    converters = []
    for place, field in enumerate(fields):
        column = Col(model._meta.db_table, field)
        found = [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)]
        if found:
            converters.append((place, tuple(found), column))
    names = ", ".join(f"{table}.{connection.ops.quote_name(field.column)}" for field in fields)
    head = f"SELECT {names} FROM {table}"
    return _Shape(head, tuple(field.attname for field in fields), tuple(converters))


def _converted(found: list[Any], shape: _Shape, connection: Any) -> list[Any]:
    if not shape.converters:
        return found
    rows = [list(values) for values in found]
    for place, converters, column in shape.converters:
        for row in rows:
            for convert in converters:
                row[place] = convert(row[place], column, connection)
    return rows
