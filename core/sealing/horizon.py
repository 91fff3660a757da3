"""Up to where the transfers are settled: below that no transfer can appear any more.

PostgreSQL numbers a row when it is inserted and shows it when its transaction commits, so that a smaller number may
appear after a larger one. SQLite has one writer: its numbers appear in order.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max

from core.ledger.models import Transfer

# How long the sealer waits for those who are writing just now (seconds). They take milliseconds.
PATIENCE = 2.0
PAUSE = 0.02

# Whoever inserts holds this lock from before the number is drawn until after the row can be seen.
_WRITERS = """
    SELECT virtualtransaction FROM pg_locks
    WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted AND pid IS DISTINCT FROM pg_backend_pid()
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND relation = %s::regclass
"""


@dataclass(frozen=True)
class Horizon:
    """The largest id that could be seen, and whether every transfer up to it can be seen now."""

    largest: int
    settled: bool


def horizon(patience: float = PATIENCE) -> Horizon:
    """Look how far the transfers go, and wait up to `patience` seconds for who was writing then to come to an end."""
    largest = Transfer.objects.aggregate(largest=Max("pk"))["largest"] or 0
    if connection.vendor != "postgresql":
        return Horizon(largest, settled=True)
    until = time.monotonic() + patience
    writing = _writers()
    while writing:
        if time.monotonic() >= until:
            return Horizon(largest, settled=False)
        time.sleep(PAUSE)
        writing &= _writers()
    return Horizon(largest, settled=True)


def _writers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(_WRITERS, [Transfer._meta.db_table])
        return {virtual for (virtual,) in cursor.fetchall()}
