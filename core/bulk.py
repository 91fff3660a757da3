"""Changing many rows in one statement: UNNEST on PostgreSQL, executemany on SQLite."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connections, models, router


def update[Row: models.Model](rows: Sequence[Row], fields: Sequence[str], *, guard: str | None = None) -> int:
    """Write `fields` of all `rows` (saved rows of one model) back in one statement; return how many rows moved.

    With `guard`, the name of an integer field, a row moves only from one less than the value it now carries: a version
    that each writer counts up makes a lost update impossible.
    """
    if not rows:
        return 0
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    columns = [model._meta.get_field(name) for name in [*fields, *([guard] if guard else [])]]
    key = model._meta.pk
    table = quote(model._meta.db_table)
    values = [[field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows] for field in columns]
    keys = [row.pk for row in rows]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sets = ", ".join(f"{quote(field.column)} = v.c{i}" for i, field in enumerate(columns))
            names = ", ".join(["id", *(f"c{i}" for i in range(len(columns)))])
            types = ", ".join(f"%s::{field.cast_db_type(connection)}[]" for field in [key, *columns])
            guarded = f" AND {table}.{quote(columns[-1].column)} = v.c{len(columns) - 1} - 1" if guard else ""
            cursor.execute(
                f"UPDATE {table} SET {sets} FROM UNNEST({types}) AS v({names}) "
                f"WHERE {table}.{quote(key.column)} = v.id{guarded}",
                [keys, *values],
            )
            return cursor.rowcount
        sets = ", ".join(f"{quote(field.column)} = %s" for field in columns)
        guarded = f" AND {quote(columns[-1].column)} = %s - 1" if guard else ""
        cursor.executemany(
            f"UPDATE {table} SET {sets} WHERE {quote(key.column)} = %s{guarded}",
            [
                [*row, pk, *([row[-1]] if guard else [])]
                for row, pk in zip(zip(*values, strict=True), keys, strict=True)
            ],
        )
        return cursor.rowcount
