"""Changing the database behind the site's back: with no constraint and no trigger that would refuse it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models, transaction

from core.audit import findings
from core.ledger.rebuilding import differences

CHECKS = "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'"


@contextmanager
def behind_our_back(*tables: type[models.Model]) -> Iterator[Any]:
    """A cursor that may do anything to these tables; when the block ends, all is as it was."""
    with transaction.atomic(), connection.cursor() as cursor:
        names = [table._meta.db_table for table in tables]
        if connection.vendor == "postgresql":
            _let_go_postgresql(cursor, names)
        else:
            _let_go_sqlite(cursor, names)
        try:
            yield cursor
        finally:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA ignore_check_constraints = OFF")
            transaction.set_rollback(True)


def _let_go_postgresql(cursor: Any, names: list[str]) -> None:
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute("SET LOCAL session_replication_role = replica")
    for name in names:
        cursor.execute(CHECKS, [f'"{name}"'])
        for (check,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE "{name}" DROP CONSTRAINT "{check}"')


def _let_go_sqlite(cursor: Any, names: list[str]) -> None:
    cursor.execute("PRAGMA ignore_check_constraints = ON")
    cursor.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'")
    for trigger, table in cursor.fetchall():
        if table in names:
            cursor.execute(f'DROP TRIGGER "{trigger}"')


def change(row: models.Model, column: str, value: Any) -> None:
    """Put `value` (as the ORM has it) into one cell, without a word to anybody."""
    field = row._meta.get_field(column)
    plain = field.get_db_prep_save(value, connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{row._meta.db_table}" SET "{field.column}" = %s WHERE "{row._meta.pk.column}" = %s',
            [plain, row.pk],
        )


def delete(row: models.Model) -> None:
    """Let one row vanish, and nothing that hangs on it."""
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{row._meta.db_table}" WHERE "{row._meta.pk.column}" = %s', [row.pk])


def broken() -> dict[str, list[str]]:
    """The laws that do not hold, each with the rows that it names."""
    return {finding.law.slug: finding.rows for finding in findings() if finding.count}


def named() -> bool:
    """Whether a law does not hold, or a replay finds something: what comes first."""
    return any(finding.count for finding in findings()) or any(True for _difference in differences())


def replayed() -> list[str]:
    """What a replay finds."""
    return list(differences())
