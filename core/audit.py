"""The laws of the books, each checked against the facts; every app adds its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, connection, transaction

Check = Callable[[], Iterable[str]]

SHOWN = 20  # offending rows that are kept of each law; all are counted
CHUNK = 2000  # rows fetched at a time, so that memory does not grow with the books


@dataclass(frozen=True)
class Law:
    """One law: a stable slug, what it says, and the check that names each offending row in a sentence."""

    slug: str
    sentence: str
    check: Check


_laws: dict[str, Law] = {}


def law(slug: str, sentence: str) -> Callable[[Check], Check]:
    """Register a law; the decorated function yields one sentence for each row that breaks it."""

    def register(check: Check) -> Check:
        _laws[slug] = Law(slug, sentence, check)
        return check

    return register


def rows(query: str, params: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
    """What `query` finds, fetched a few thousand rows at a time (by a cursor of the server's on PostgreSQL)."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, params or None)
        while found := cursor.fetchmany(CHUNK):
            yield from found


def breaches(query: str, sentence: str) -> Iterator[str]:
    """For a law in SQL: the sentence for each row of `query`, with the row's values at {0}, {1}…"""
    for row in rows(query):
        yield sentence.format(*row)


def laws() -> list[Law]:
    """All laws, in the order in which the apps registered them."""
    return list(_laws.values())


@dataclass
class Finding:
    """What an audit found of one law: how many rows break it, and a sentence for each of the first of them."""

    law: Law
    count: int = 0
    rows: list[str] = field(default_factory=list)

    def add(self, sentence: str, shown: int) -> None:
        """One row more; it is named unless `shown` are."""
        self.count += 1
        if self.count <= shown:
            self.rows.append(sentence)

    @property
    def unnamed(self) -> int:
        """How many rows break it beside those that are named."""
        return self.count - len(self.rows)


def findings(shown: int = SHOWN) -> Iterator[Finding]:
    """Check all laws against one state of the database, one after the other.

    Of each law all offending rows are counted and the first `shown` are named, so that the memory it takes does not
    grow with what is wrong.
    """
    with one_state():
        for each in laws():
            yield _found(each, shown)


def _found(broken: Law, shown: int) -> Finding:
    finding = Finding(broken)
    try:
        for sentence in broken.check():
            finding.add(str(sentence), shown)
    except DatabaseError:
        raise
    except Exception as problem:
        # What a row says can be so wrong that it cannot be read; that breaks the law, and not the audit.
        finding.add(f"something that it rests on cannot be read: {type(problem).__name__}: {problem}", shown)
    return finding


@contextmanager
def one_state() -> Iterator[None]:
    """Let all reads inside see the same state, while others go on writing (inside a transaction: as that sees it)."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            # All rows of a cursor are wanted, so the quickest plan for all of them is the best one.
            cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
            cursor.execute("SET LOCAL work_mem = '64MB'")
            cursor.execute("SET LOCAL jit = off")
            yield
