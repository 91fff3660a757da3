"""Counting the facts that are there, table by table, so that one which is gone later can be named."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection, models
from django.db.models import F

from core import sums
from core.sealing.horizon import PATIENCE, key_of, largest_of, settle
from core.sealing.models import RowCount
from core.sums import Checksum

# Its rows go when what they follow from goes; a replay names a missing one.
MAY_GO = {"challenges_participation"}


def count(patience: float = PATIENCE) -> int:
    """Count the rows that came since the last time, in each table of facts; return how many did.

    Waits up to `patience` seconds for those who are writing just now, as a row of theirs may appear late: when they
    take longer, the rows are counted the next time. Two who count at once do it once. Before the first time the rows
    get the checksums that a release before there were any did not give them.
    """
    counted = _counts()
    fields = [field for field in sums.covered() if _name(field) in counted]
    largest = largest_of([field.model for field in fields])
    grown = [field for field in fields if counted[_name(field)].upto < largest[_name(field)]]
    if not grown or not settle([field.model for field in grown], patience):
        return 0
    return sum(_count(field, counted[_name(field)], largest[_name(field)]) for field in grown)


def _count(field: Checksum, row: RowCount, upto: int) -> int:
    if row.upto == 0:
        sums.renew(field.model._base_manager.filter(**{field.name: None}))
    rows, added, _last = _counted(field.model, row.upto, upto)
    moved = RowCount.objects.filter(table=row.table, upto=row.upto)
    return rows * moved.update(upto=upto, rows=F("rows") + rows, sum=F("sum") + added)


def begun() -> set[str]:
    """The tables that were counted at least once, so that each row that is written has its checksum."""
    return {name for name, row in _counts().items() if row.upto}


def gone() -> Iterator[str]:
    """A sentence for each table in which not all rows are there that were counted."""
    counted = _counts()
    for field in sums.covered():
        name = _name(field)
        if (row := counted.get(name)) is None:
            yield f"nobody counts the rows of {name} any more"
        elif name not in MAY_GO:
            yield from _missing(field.model, row)


def _missing(table: type[models.Model], row: RowCount) -> Iterator[str]:
    rows, numbers, last = _counted(table, 0, row.upto)
    missing, difference = row.rows - rows, row.sum - numbers
    if missing == 1:
        yield f"{row.table} {difference} is gone"
    elif missing or difference or last != row.upto:
        yield f"{row.table} has {rows} rows up to {row.upto} where {row.rows} were counted, or others than these"


def _counted(table: type[models.Model], above: int, upto: int) -> tuple[int, int, int]:
    """How many rows have numbers over `above` up to `upto`, what these sum to, and the largest."""
    key = connection.ops.quote_name(key_of(table))
    name = connection.ops.quote_name(table._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*), COALESCE(SUM({key}), 0), COALESCE(MAX({key}), 0) FROM {name}"
            f" WHERE {key} > %s AND {key} <= %s",
            [above, upto],
        )
        rows, numbers, last = cursor.fetchone()
        return rows, int(numbers), last


def _counts() -> dict[str, RowCount]:
    return {row.table: row for row in RowCount.objects.all()}


def _name(field: Checksum) -> str:
    return field.model._meta.db_table
