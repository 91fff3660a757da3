"""Putting a backup into an empty database: all of it or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import batched
from pathlib import PurePosixPath
from typing import Any
from zipfile import ZipFile

from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction

from core.backup import shape
from core.backup.keeping import CHUNK, stored

Step = Callable[[str], None]
# What a database has from its migrations on; it makes room for what the backup has.
FIRST_ROWS = {"activities_source", "auth_permission", "brand_brand", "django_content_type", "sealing_rowcount"}
# What comes to be while a site that nobody uses yet is running.
PASSING = {"django_session", "django_tasks_database_dbtaskresult", "members_allowance", "members_signin"}


class NotEmpty(Exception):
    """There is something that a restore would have to throw away; the text is one sentence that says what."""


def prepare() -> None:
    """Make the tables in a database that has none at all."""
    if not connection.introspection.table_names():
        call_command("migrate", verbosity=0, interactive=False)


def require_empty() -> None:
    """Raise NotEmpty when the database or the media hold anything but what the migrations made."""
    for model in shape.tables():
        name = shape.name_of(model)
        if name not in FIRST_ROWS | PASSING and model._base_manager.exists():
            raise NotEmpty(f"The database is not empty: there is something in {name}. Nothing was changed.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM activities_source WHERE slug <> 'site'")
        if cursor.fetchone()[0]:
            raise NotEmpty("The database is not empty: it has sources of events. Nothing was changed.")
    if uploaded := next(stored(default_storage), None):
        raise NotEmpty(f"The media are not empty: there is {uploaded}. Nothing was changed.")


def restore(backup: ZipFile, manifest: dict[str, Any], step: Step) -> None:
    """Put everything back; call `step` for each table that is done. Raises NotEmpty.

    Foreign keys are checked when the transaction ends, and files that were put back before it failed are taken away.
    """
    written: list[str] = []
    try:
        with transaction.atomic():
            require_empty()
            _make_room()
            for model in shape.tables():
                _put_table(backup, model)
                step(shape.name_of(model))
            _continue_numbers()
            for name in manifest["media"]:
                with backup.open(f"media/{name}") as part:
                    written.append(default_storage.save(name, File(part, name=PurePosixPath(name).name)))  # type: ignore[arg-type]
            step("media")
    except BaseException:
        for name in written:
            with suppress(OSError):
                default_storage.delete(name)
        raise


def _make_room() -> None:
    with connection.cursor() as cursor:
        for name in sorted(FIRST_ROWS | PASSING):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")


def _put_table(backup: ZipFile, model: type[models.Model]) -> None:
    columns = shape.columns_of(model)
    turns = [_turn(field) for field in columns]
    with backup.open(shape.part_of(model)) as part:
        rows = (_turned(json.loads(line), turns) for line in part)
        put = _copy if connection.vendor == "postgresql" else _insert
        put(shape.name_of(model), [str(field.column) for field in columns], rows)


def _turn(field: models.Field[Any, Any]) -> shape.Reader | None:
    """What turns a value of the backup into one for this database; None where it is the same."""
    read = shape.reader_of(field)
    if read is None and not isinstance(field, models.JSONField):
        return None
    return lambda value: field.get_db_prep_save(read(value) if read else value, connection)


def _turned(row: Sequence[Any], turns: Sequence[shape.Reader | None]) -> list[Any]:
    """The values of a row for this database; nothing stays nothing."""
    return [value if turn is None or value is None else turn(value) for value, turn in zip(row, turns, strict=True)]


def _copy(table: str, columns: Sequence[str], rows: Iterator[Sequence[Any]]) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    with connection.cursor() as cursor, cursor.copy(f"COPY {quote(table)} ({names}) FROM STDIN") as stream:
        for row in rows:
            stream.write_row(row)


def _insert(table: str, columns: Sequence[str], rows: Iterator[Sequence[Any]]) -> None:
    quote = connection.ops.quote_name
    names, places = ", ".join(map(quote, columns)), ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        for several in batched(rows, CHUNK):
            cursor.executemany(f"INSERT INTO {quote(table)} ({names}) VALUES ({places})", several)


def _continue_numbers() -> None:
    """Let new rows get numbers above those that are there."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), shape.tables()):
            cursor.execute(statement)
