"""Reading reports from a copy of the database that PostgreSQL keeps up to date, so that they slow nobody down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

REPLICA = "replica"


@contextmanager
def reading() -> Iterator[None]:
    """Let everything inside read from REPLICA_URL, if there is one, as it was there a moment ago; never write.

    It holds for this thread alone. What may only be read refuses what would write.
    """
    if REPLICA not in settings.DATABASES:
        yield
        return
    primary = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = connections[REPLICA]
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = primary
