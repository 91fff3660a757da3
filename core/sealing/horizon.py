"""Up to where the rows of a table are settled: below that no row can appear any more.

PostgreSQL numbers a row when it is inserted, or when its number is drawn beforehand, and shows it when its transaction
commits, so that a smaller number may appear after a larger one. SQLite has one writer: its numbers appear in order.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, models

from core.ledger.models import Transfer

# How long the sealer waits for those who are writing just now (seconds). They take milliseconds.
PATIENCE = 2.0
PAUSE = 0.02

# Whoever draws a number or inserts holds such a lock, on the sequence or the table, from before the number is drawn
# until after the row can be seen.
_WRITERS = """
    SELECT virtualtransaction FROM pg_locks
    WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted AND pid IS DISTINCT FROM pg_backend_pid()
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND relation IN (
            SELECT unnest(ARRAY[name::regclass, pg_get_serial_sequence(name, key)::regclass])
            FROM unnest(%s::text[], %s::text[]) AS tables(name, key)
        )
"""
_TRANSFERS = (Transfer,)


@dataclass(frozen=True)
class Horizon:
    """The largest id that could be seen, and whether every transfer up to it can be seen now."""

    largest: int
    settled: bool


def horizon(patience: float = PATIENCE) -> Horizon:
    """Look how far the transfers go, and wait up to `patience` seconds for who was writing then to come to an end."""
    largest = largest_of(_TRANSFERS)[Transfer._meta.db_table]
    return Horizon(largest, settled=settle(_TRANSFERS, patience))


def largest_of(tables: Sequence[type[models.Model]]) -> dict[str, int]:
    """The largest number of a row that can be seen in each of these tables, by its name (one query)."""
    quote = connection.ops.quote_name
    asked = [
        f"SELECT '{table._meta.db_table}', MAX({quote(key_of(table))}) FROM {quote(table._meta.db_table)}"
        for table in tables
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return {name: largest or 0 for name, largest in cursor.fetchall()}


def key_of(table: type[models.Model]) -> str:
    """The column that numbers the rows of a table."""
    return str(table._meta.pk.column)  # type: ignore[union-attr]


def settle(tables: Sequence[type[models.Model]], patience: float = PATIENCE) -> bool:
    """Wait up to `patience` seconds for those who write to these tables now; whether all of them came to an end."""
    if connection.vendor != "postgresql":
        return True
    until = time.monotonic() + patience
    writing = _writers(tables)
    while writing:
        if time.monotonic() >= until:
            return False
        time.sleep(PAUSE)
        writing &= _writers(tables)
    return True


def _writers(tables: Sequence[type[models.Model]]) -> set[str]:
    names = [connection.ops.quote_name(table._meta.db_table) for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(_WRITERS, [names, [key_of(table) for table in tables]])
        return {virtual for (virtual,) in cursor.fetchall()}
