"""The laws of the books, each checked against the facts; every app adds its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

Check = Callable[[], Iterable[str]]


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


def breaches(query: str, sentence: str) -> Iterator[str]:
    """For a law in SQL: the sentence for each row of `query`, with the row's values at {0}, {1}…"""
    with connection.cursor() as cursor:
        cursor.execute(query)
        for row in cursor:
            yield sentence.format(*row)


def laws() -> list[Law]:
    """All laws, in the order in which the apps registered them."""
    return list(_laws.values())


@dataclass(frozen=True)
class Finding:
    """What an audit found of one law: a sentence for each row that breaks it."""

    law: Law
    rows: list[str]


def findings() -> list[Finding]:
    """Check all laws against one state of the database."""
    with _snapshot():
        return [Finding(law, [str(row) for row in law.check()]) for law in laws()]


@contextmanager
def _snapshot() -> Iterator[None]:
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
            yield
