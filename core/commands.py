"""Running `manage.py`: a database that cannot be used is said in one sentence, as every other error is."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.management import execute_from_command_line
from django.db import DatabaseError, InterfaceError

from core.environment import stop

NOT_READY = "The database is not ready: run manage.py migrate first."
# How the databases name a table or column that is not there: SQLite in words, PostgreSQL by its SQLSTATE.
SQLITE_MISSES = ("no such table", "no such column")
POSTGRES_MISSES = ("42P01", "42703")


def execute(argv: Sequence[str]) -> None:
    """Run a command; exit 1 with a sentence while the database is away or not migrated."""
    try:
        execute_from_command_line(list(argv))
    except (DatabaseError, InterfaceError) as problem:
        sentence = sentence_for(problem)
        if sentence is None:
            raise
        stop(sentence, 1)


def sentence_for(problem: Exception) -> str | None:
    """What a problem with the database means to whoever called; None for a mistake of the code's."""
    # Settings come first: Django says so itself when they are wrong, and this module must load without them.
    from core.web.away import is_away

    if getattr(problem.__cause__, "sqlstate", None) in POSTGRES_MISSES or str(problem).startswith(SQLITE_MISSES):
        return NOT_READY
    if is_away(problem):
        return f"The database cannot be used: {str(problem).strip().splitlines()[0]}"
    return None
