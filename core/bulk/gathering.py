"""Statements that need no answer at once wait, and go to the database together: one way there and back for all.

On PostgreSQL the way is the price of a short statement. Inside `gathered()` what `core.bulk` writes waits in memory,
and so does what it reads `ahead`; it goes in order, when something is asked of a table that it touches, and at the end
at the latest. So whoever reads finds what was written before, and nobody need know. Keys are drawn from the sequences
beforehand.

SQLite lies in the process: there nothing waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.db import connection, models

from core.bulk import cursors
from core.bulk.fusing import Prepared, Waiting, fused

ANY_TABLE = ""  # stands in every statement
SAVEPOINTS = ("SAVEPOINT", "RELEASE")
DRAWN = "(SELECT array_agg(nextval(%s::regclass)) FROM generate_series(1, %s::int))"


class Gathering:
    """The statements of one transaction that still wait."""

    def __init__(self) -> None:
        self._waiting: list[Waiting] = []
        self._tables: set[str] = set()
        self._new: set[tuple[type[models.Model], int]] = set()
        self._keys: dict[type[models.Model], list[int]] = {}
        self._sending = False

    def later(self, waiting: Waiting) -> None:
        """Let a statement wait until its table is asked for; with ANY_TABLE it goes with the very next statement."""
        self._waiting.append(waiting)
        self._tables.add(waiting.table)

    def insert(self, rows: Sequence[models.Model], prepare: Callable[[], Prepared]) -> None:
        """Let rows that have their keys wait to be inserted, as they are when their time comes."""
        self._new.update((type(row), row.pk) for row in rows)
        self.later(Waiting(rows[0]._meta.db_table, prepare, writes=True))

    def holds(self, row: models.Model) -> bool:
        """Whether the row still waits to be inserted, so that whatever changes of it goes with it."""
        return (type(row), row.pk) in self._new

    def reserve(self, wanted: dict[type[models.Model], int]) -> None:
        """Draw so many keys for each of these models, on the way of the next statement."""
        drawn, params = [], []
        for model, number in wanted.items():
            drawn.append(DRAWN)
            params += [_sequence(model), str(number)]
        sql = f"SELECT {', '.join(drawn)}"

        def look(cursor: Any) -> None:
            for model, keys in zip(wanted, cursor.fetchone(), strict=True):
                self._keys[model] = keys[::-1]

        self.later(Waiting(ANY_TABLE, lambda: (sql, params), look=look))

    def give_keys(self, rows: Sequence[models.Model]) -> bool:
        """Give each of these new rows a key, in their order; False when not so many were drawn."""
        keys = self._keys.get(type(rows[0]), [])
        if len(keys) < len(rows):
            return False
        for row in rows:
            row.pk, row._state.adding, row._state.db = keys.pop(), False, connection.alias
        return True

    def touches(self, sql: str) -> bool:
        """Whether something that waits must go before, or with, this statement."""
        return any(table in sql for table in self._tables)

    def send(self, last: Callable[[], Any] | None = None) -> Any:
        """Send all that waits, and `last` after it on the same way; return what that returns."""
        waiting, self._waiting, self._tables, self._new = self._waiting, [], set(), set()
        if not waiting and last is None:
            return None
        result = None
        self._sending = True
        sent: list[tuple[Waiting, Any]] = []
        try:
            connection.ensure_connection()
            with connection.wrap_database_errors, connection.connection.pipeline():
                for one in fused(waiting):
                    sent.append((one, self._cursor(one)))
                if last is not None:
                    result = last()
        finally:
            self._sending = False
        for one, cursor in sent:
            if one.look is not None:
                one.look(cursor)
            cursor.close()
        return result

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let what happens inside the block pass without what waits."""
        before, self._sending = self._sending, True
        try:
            yield
        finally:
            self._sending = before

    def _cursor(self, one: Waiting) -> Any:
        if cursors.bare(connection, self):
            return cursors.execute(connection, *one.prepare())
        cursor = connection.cursor()
        cursor.execute(*one.prepare())
        return cursor

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        """Let a statement of somebody else's pass, after what it may ask for."""
        if self._sending or not self._waiting:
            return execute(sql, params, many, context)
        text = str(sql)
        if text.startswith("ROLLBACK"):
            # What waits was written since the savepoint.
            self._waiting, self._tables, self._new = [], set(), set()
        elif text.startswith(SAVEPOINTS) or self.touches(text):
            return self.send(lambda: execute(sql, params, many, context))
        return execute(sql, params, many, context)


@cache
def _sequence(model: type[models.Model]) -> str:
    """The sequence that gives the keys of a model, asked for once a process."""
    meta: Any = model._meta
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_serial_sequence(%s, %s)", [connection.ops.quote_name(meta.db_table), meta.pk.column]
        )
        return str(cursor.fetchone()[0])


_current: ContextVar[Gathering | None] = ContextVar("gathering", default=None)


def current() -> Gathering | None:
    """What gathers statements now, if anything does."""
    return _current.get()


@contextmanager
def gathered() -> Iterator[None]:
    """Let what is written, and read ahead, inside the block go together. After an error nothing of it goes.

    What is written belongs inside a transaction, without which a part of it might be kept.
    """
    if connection.vendor != "postgresql" or current() is not None:
        yield
        return
    gathering = Gathering()
    token = _current.set(gathering)
    try:
        with connection.execute_wrapper(gathering):
            yield
            gathering.send()
    finally:
        _current.reset(token)


def before_next(sql: str, params: Sequence[Any]) -> None:
    """Let a statement without an answer go now, or on the way of the next one."""
    if (gathering := current()) is not None:
        gathering.later(Waiting(ANY_TABLE, lambda: (sql, params)))
        return
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def reserve(wanted: dict[type[models.Model], int]) -> None:
    """Say how many rows of which models will be inserted at most, where keys are drawn beforehand."""
    if (gathering := current()) is not None:
        gathering.reserve({model: number for model, number in wanted.items() if number})
