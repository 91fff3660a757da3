"""Writing many rows in one statement: arrays on PostgreSQL, JSON or executemany on SQLite."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connections, models, router

from core.bulk.columns import Column, columns, with_checksum
from core.bulk.fusing import Waiting
from core.bulk.gathering import current
from core.bulk.selecting import among

FEW = 8  # rows, up to which an update has a statement for their number


def update[Row: models.Model](rows: Sequence[Row], fields: Sequence[str], *, guard: str | None = None) -> int:
    """Write `fields` of all `rows` (saved rows of one model) back in one statement; return how many rows moved.

    A checksum over one of them is worked out anew, from the whole row: nobody else may have changed it meanwhile.

    With `guard`, the name of an integer field, a row moves only from one less than the value it now carries: a version
    that each writer counts up makes a lost update impossible. Where statements are gathered all rows count as moved,
    and Overtaken is raised when their time comes and one has not.
    """
    gathering = current()
    number = len(rows)
    if gathering is not None:
        # What still waits to be inserted goes as it is then.
        rows = [row for row in rows if not gathering.holds(row)]
    if not rows:
        return number
    connection = _connection(type(rows[0]))
    fields = with_checksum(type(rows[0]), tuple(fields))
    if connection.vendor != "postgresql":
        return _update_one_by_one(rows, (*fields, *([guard] if guard else [])), guard, connection)
    few = len(rows) if len(rows) <= FEW else 0
    sql, written = _updating(type(rows[0]), fields, guard, few, connection.alias)
    if few:
        params = [column.one(row) for row in rows for column in written]
    else:
        params = [column.array(rows) for column in written]
    if gathering is not None:
        moving = len(rows) if guard else None
        gathering.later(Waiting(rows[0]._meta.db_table, lambda: (sql, params), writes=True, moving=moving))
        return number
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


@cache
def _updating(
    model: type[models.Model], fields: tuple[str, ...], guard: str | None, few: int, alias: str
) -> tuple[str, list[Column]]:
    """The statement that updates rows of a model, and the columns that fill it: the key comes first.

    It takes arrays; or row by row the values of `few` rows, whose number the server then knows, so that it plans once
    for all and does not read the whole table.
    """
    meta: Any = model._meta
    table = connections[alias].ops.quote_name(meta.db_table)
    key, *changed = columns(model, alias, (meta.pk.name, *fields, *([guard] if guard else [])))
    sets = ", ".join(f"{column.name} = v.c{i}" for i, column in enumerate(changed))
    names = ", ".join(["id", *(f"c{i}" for i in range(len(changed)))])
    guarded = f" AND {table}.{changed[-1].name} = v.c{len(changed) - 1} - 1" if guard else ""
    if few:
        row = f"({', '.join(f'%s::{column.type}' for column in (key, *changed))})"
        source = f"(VALUES {', '.join([row] * few)}) AS v({names})"
    else:
        source = f"{_unnested([key, *changed])} AS v({names})"
    return f"UPDATE {table} SET {sets} FROM {source} WHERE {table}.{key.name} = v.id{guarded}", [key, *changed]


def _update_one_by_one(
    rows: Sequence[models.Model], fields: tuple[str, ...], guard: str | None, connection: Any
) -> int:
    meta = rows[0]._meta
    quote = connection.ops.quote_name
    changed = columns(type(rows[0]), connection.alias, fields)
    values = zip(*(column.values(rows) for column in changed), strict=True)
    sets = ", ".join(f"{column.name} = %s" for column in changed)
    guarded = f" AND {changed[-1].name} = %s - 1" if guard else ""
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(meta.db_table)} SET {sets} WHERE {quote(meta.pk.column)} = %s{guarded}",  # type: ignore[union-attr]
            [[*value, row.pk, *([value[-1]] if guard else [])] for value, row in zip(values, rows, strict=True)],
        )
        return int(cursor.rowcount)


def insert[Row: models.Model](rows: Sequence[Row], *, ignore_conflicts: bool = False, keys: bool = True) -> None:
    """Insert all `rows` (new rows of one model, whose key the database gives) in one statement; each gets its key.

    With `ignore_conflicts` a row that a unique constraint does not let in is left out, and no row gets a key; without
    `keys`, for rows that nothing points to, none does either, which costs less.
    """
    if not rows:
        return
    model, connection = type(rows[0]), _connection(type(rows[0]))
    keyed = keys and not ignore_conflicts
    ending = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
    gathering = current()
    if gathering is not None and keyed and gathering.give_keys(rows):
        kept = list(rows)
        gathering.insert(kept, lambda: _insertion(kept, key=True))
        return
    sql, params = _insertion(rows)
    if gathering is not None and not keyed:
        gathering.later(Waiting(model._meta.db_table, lambda: (sql + ending, params), writes=True))
        return
    key = connection.ops.quote_name(model._meta.pk.column)  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        cursor.execute(f"{sql}{ending}" + (f" RETURNING {key}" if keyed else ""), params)
        if keyed:
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
    sql, params = _insertion(rows)
    connection, meta = _connection(type(rows[0])), rows[0]._meta
    quote = connection.ops.quote_name
    field: Any = meta.get_field(unique)
    returned = ", ".join([quote(field.column), quote(meta.pk.column), *asked.values()])  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ON CONFLICT DO NOTHING RETURNING {returned}", params)
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
    model, connection = type(rows[0]), _connection(type(rows[0]))
    *told_by, added = (column.name for column in columns(model, connection.alias, (*unique, amount)))
    table = connection.ops.quote_name(model._meta.db_table)
    into, params = _insertion(rows)
    sql = f"{into} ON CONFLICT ({', '.join(told_by)}) DO UPDATE SET {added} = {table}.{added} + EXCLUDED.{added}"
    if (gathering := current()) is not None:
        gathering.later(Waiting(model._meta.db_table, lambda: (sql, params), writes=True))
        return
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def _insertion(rows: Sequence[models.Model], *, key: bool = False) -> tuple[str, list[Any]]:
    """The statement that inserts all `rows`, with `key` their keys too, as far as its ending, and its parameters."""
    model = type(rows[0])
    connection = _connection(model)
    sql = _inserting(model, key, connection.alias)
    filled = columns(model, connection.alias, key=key)
    if connection.vendor == "postgresql":
        return sql, [column.array(rows) for column in filled]
    return sql, [json.dumps(list(zip(*(column.values(rows) for column in filled), strict=True)))]


@cache
def _inserting(model: type[models.Model], key: bool, alias: str) -> str:
    connection, filled = connections[alias], columns(model, alias, key=key)
    names = ", ".join(f"c{i}" for i in range(len(filled)))
    into = f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({', '.join(one.name for one in filled)})"
    if connection.vendor == "postgresql":
        return f"{into} SELECT {names} FROM {_unnested(filled)} WITH ORDINALITY AS v({names}, place) ORDER BY place"
    picked = ", ".join(f"json_extract(value, '$[{i}]')" for i in range(len(filled)))
    return f"{into} SELECT {picked} FROM json_each(%s) WHERE true ORDER BY key"


def _unnested(filled: Sequence[Column]) -> str:
    return f"UNNEST({', '.join(f'%s::{column.type}[]' for column in filled)})"


def delete(model: type[models.Model], keys: Sequence[int]) -> int:
    """Delete the rows of `model` with these keys in one statement, and nothing that hangs on them; return how many."""
    if not keys:
        return 0
    meta: Any = model._meta
    connection = _connection(model)
    quote = connection.ops.quote_name
    table, column = quote(meta.db_table), quote(meta.pk.column)
    condition, params = among(keys, connection.alias)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE {column} {condition}", params)
        return int(cursor.rowcount)


def _connection(model: type[models.Model]) -> Any:
    return connections[router.db_for_write(model)]
