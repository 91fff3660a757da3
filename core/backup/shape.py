"""What a backup consists of: a ZIP of one file a table, the media, and a manifest that says what there is.

    manifest.json            format, engine, migrations, and of each part its rows or bytes and its SHA-256
    tables/<table>.jsonl     a line of JSON for each row: an array in the order of the manifest's columns
    media/<name>             the files that were uploaded

The values are those of Python's JSON: moments as ISO 8601, numbers with decimals and UUIDs as text, bytes as Base64. So
a backup of one database can be restored into the other. The comment of the ZIP is the SHA-256 of the manifest.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.migrations.recorder import MigrationRecorder

FORMAT = "goodturn/backup/1"
MANIFEST = "manifest.json"
Row = Sequence[Any]
Reader = Callable[[Any], Any]
# What JSON and both databases have as it is.
PLAIN = (models.IntegerField, models.FloatField, models.BooleanField, models.CharField, models.TextField)


def tables() -> list[type[models.Model]]:
    """Every table of the site, those between two models included, in a fixed order."""
    found = apps.get_models(include_auto_created=True)
    return sorted((model for model in found if model._meta.managed and not model._meta.proxy), key=name_of)


def name_of(model: type[models.Model]) -> str:
    """The table's name in the database."""
    return model._meta.db_table


def part_of(model: type[models.Model]) -> str:
    """The name of the table's file in the backup."""
    return f"tables/{name_of(model)}.jsonl"


def columns_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The columns that are kept; what the database computes is left out."""
    return [field for field in model._meta.concrete_fields if not field.generated]


def migrations() -> list[list[str]]:
    """The migrations that the database has had, by app and name."""
    rows = MigrationRecorder.Migration.objects.order_by("app", "name")
    return [list(row) for row in rows.values_list("app", "name")]


def line_of(row: Row) -> bytes:
    """One row as its line, the same whichever database it comes from."""
    return json.dumps(row, default=_told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def reader_of(field: models.Field[Any, Any]) -> Reader | None:
    """What turns the value of a column back into Django's; None for a value that JSON has as it is."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, (*PLAIN, models.JSONField)):
        return None
    if isinstance(field, models.DateTimeField):
        return datetime.fromisoformat
    return b64decode if isinstance(field, models.BinaryField) else field.to_python


def _told(value: Any) -> str:
    match value:
        case datetime() | date() | time():
            return value.isoformat()
        case UUID() | Decimal():
            return str(value)
        case bytes() | memoryview():
            return b64encode(value).decode()
    raise TypeError(f"A backup cannot hold {type(value).__name__}.")
