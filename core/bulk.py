"""Writing many rows in one statement: arrays on PostgreSQL, JSON or executemany on SQLite.

The ORM's own bulk methods split what has more parameters than the database takes, and cost several times as much.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connections, models, router


def update[Row: models.Model](rows: Sequence[Row], fields: Sequence[str], *, guard: str | None = None) -> int:
    """Write `fields` of all `rows` (saved rows of one model) back in one statement; return how many rows moved.

    With `guard`, the name of an integer field, a row moves only from one less than the value it now carries: a version
    that each writer counts up makes a lost update impossible.
    """
    if not rows:
        return 0
    model = type(rows[0])
    meta: Any = model._meta
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    columns = [meta.get_field(name) for name in [*fields, *([guard] if guard else [])]]
    key = meta.pk
    table = quote(meta.db_table)
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


def insert[Row: models.Model](rows: Sequence[Row], *, ignore_conflicts: bool = False) -> None:
    """Insert all `rows` (new rows of one model, whose key the database gives) in one statement; each gets its key.

    With `ignore_conflicts` a row that a unique constraint does not let in is left out, and no row gets a key.
    """
    if not rows:
        return
    into, params, connection = _insertion(rows)
    key = connection.ops.quote_name(rows[0]._meta.pk.column)  # type: ignore[union-attr]
    ending = "ON CONFLICT DO NOTHING" if ignore_conflicts else f"RETURNING {key}"
    with connection.cursor() as cursor:
        cursor.execute(f"{into} {ending}", params)
        if not ignore_conflicts:
            for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
                row.pk, row._state.adding, row._state.db = key, False, connection.alias


def insert_new[Row: models.Model](rows: Sequence[Row], unique: str, **asked: str) -> list[Row]:
    """Insert those of `rows` that no unique constraint keeps out, in one statement; return them, each with its key.

    `unique` is the field by which a row that went in is known again; of two rows that share it only one goes in. Rows
    in the order of that field cannot make two who insert some of the same wait for each other. Each of `asked` is an
    attribute that those who went in get, and the SQL expression on their own columns that it is.
    """
    if not rows:
        return []
    into, params, connection = _insertion(rows)
    quote, meta = connection.ops.quote_name, rows[0]._meta
    field: Any = meta.get_field(unique)
    returned = ", ".join([quote(field.column), quote(meta.pk.column), *asked.values()])  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        cursor.execute(f"{into} ON CONFLICT DO NOTHING RETURNING {returned}", params)
        keys = {value: (key, answers) for value, key, *answers in cursor.fetchall()}
    new = []
    for row in rows:
        if (found := keys.pop(getattr(row, field.attname), None)) is not None:
            row.pk, row._state.adding, row._state.db = found[0], False, connection.alias
            for name, answer in zip(asked, found[1], strict=True):
                setattr(row, name, answer)
            new.append(row)
    return new


def add[Row: models.Model](rows: Sequence[Row], unique: Sequence[str], amount: str) -> None:
    """Add the field `amount` of all `rows` to the rows that are there, told by the fields `unique`, in one statement.

    A row that is not there yet is inserted. No two of `rows` may be the same by `unique`; none gets a key.
    """
    if not rows:
        return
    into, params, connection = _insertion(rows)
    quote, meta = connection.ops.quote_name, rows[0]._meta
    names: list[Any] = [meta.get_field(name) for name in [*unique, amount]]
    *told_by, column = (quote(field.column) for field in names)
    adding = f"{column} = {quote(meta.db_table)}.{column} + EXCLUDED.{column}"
    with connection.cursor() as cursor:
        cursor.execute(f"{into} ON CONFLICT ({', '.join(told_by)}) DO UPDATE SET {adding}", params)


def _insertion(rows: Sequence[models.Model]) -> tuple[str, list[Any], Any]:
    """The statement that inserts all `rows`, as far as its ending, with its parameters and its connection."""
    model = type(rows[0])
    meta: Any = model._meta
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    columns = [field for field in meta.concrete_fields if not field.primary_key and not field.generated]
    values = [[field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows] for field in columns]
    names = [f"c{i}" for i in range(len(columns))]
    if connection.vendor == "postgresql":
        # Without its length, since a cast would cut a text that is too long instead of refusing it.
        types = [f"%s::{(field.db_type(connection) or '').split('(')[0]}[]" for field in columns]
        source = f"SELECT {', '.join(names)} FROM UNNEST({', '.join(types)}) "
        source += f"WITH ORDINALITY AS v({', '.join(names)}, place) ORDER BY place"
        params: list[Any] = list(values)
    else:
        picked = ", ".join(f"json_extract(value, '$[{i}]')" for i in range(len(columns)))
        source = f"SELECT {picked} FROM json_each(%s) WHERE true ORDER BY key"
        params = [json.dumps(list(zip(*values, strict=True)))]
    into = f"INSERT INTO {quote(meta.db_table)} ({', '.join(quote(field.column) for field in columns)})"
    return f"{into} {source}", params, connection


def among(keys: Sequence[int], alias: str = "default") -> tuple[str, list[Any]]:
    """What follows a column in SQL to say that it is one of `keys`, and the one parameter of it.

    A list of thousands of parameters, as the ORM's `in` writes it, costs more than the query itself.
    """
    if connections[alias].vendor == "postgresql":
        return "= ANY(%s)", [list(keys)]
    return "IN (SELECT value FROM json_each(%s))", [json.dumps(list(keys))]


def delete(model: type[models.Model], keys: Sequence[int]) -> int:
    """Delete the rows of `model` with these keys in one statement, and nothing that hangs on them; return how many."""
    if not keys:
        return 0
    meta: Any = model._meta
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    table, column = quote(meta.db_table), quote(meta.pk.column)
    condition, params = among(keys, connection.alias)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE {column} {condition}", params)
        return cursor.rowcount
