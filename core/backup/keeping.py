"""Writing a backup while the site is in use: all tables in one state of the database, in flat memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.files.storage import Storage, default_storage
from django.db import connection, models

from core import clock
from core.audit import one_state
from core.backup import shape
from core.files import written_whole

CHUNK = 2000  # rows that are in memory at once
BLOCK = 1 << 20  # bytes of a file that are
Step = Callable[[str], None]


def keep(path: Path, step: Step) -> dict[str, Any]:
    """Write everything to `path`, which takes its name when it is complete; call `step` for each part that is done.

    Returns the manifest. Raises OSError when the file cannot be written.
    """
    with written_whole(path) as file, ZipFile(file, "w", ZIP_DEFLATED, compresslevel=3) as backup:
        with one_state():
            manifest: dict[str, Any] = {
                "format": shape.FORMAT,
                "written_at": clock.now().isoformat(),
                "engine": connection.vendor,
                "migrations": shape.migrations(),
                "tables": {},
                "media": {},
            }
            for model in shape.tables():
                manifest["tables"][shape.name_of(model)] = _keep_table(backup, model)
                step(shape.name_of(model))
        # Files are never changed once they are there, so those that the rows name are taken after the rows.
        for name in stored(default_storage):
            if (kept := _keep_file(backup, name)) is not None:
                manifest["media"][name] = kept
        step("media")
        text = json.dumps(manifest, indent=1).encode()
        backup.writestr(shape.MANIFEST, text)
        backup.comment = sha256(text).hexdigest().encode()
    return manifest


def parts() -> int:
    """How many steps a backup has."""
    return len(shape.tables()) + 1


def stored(storage: Storage, folder: str = "") -> Iterator[str]:
    """The names of all files that were uploaded."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    yield from (prefix + name for name in sorted(files))
    for name in sorted(folders):
        yield from stored(storage, prefix + name)


def _keep_table(backup: ZipFile, model: type[models.Model]) -> dict[str, Any]:
    columns = shape.columns_of(model)
    digest, rows = sha256(), 0
    with backup.open(shape.part_of(model), "w", force_zip64=True) as part:
        query = model._base_manager.order_by("pk").values_list(*(field.attname for field in columns))
        for row in query.iterator(CHUNK):
            line = shape.line_of(row)
            digest.update(line)
            part.write(line)
            rows += 1
    return {"columns": [field.column for field in columns], "rows": rows, "sha256": digest.hexdigest()}


def _keep_file(backup: ZipFile, name: str) -> dict[str, Any] | None:
    """Take one file along; None when it was deleted meanwhile."""
    digest, size = sha256(), 0
    try:
        opened = default_storage.open(name, "rb")
    except FileNotFoundError:
        return None
    with opened as file, backup.open(f"media/{name}", "w", force_zip64=True) as part:
        while block := file.read(BLOCK):
            digest.update(block)
            part.write(block)
            size += len(block)
    return {"bytes": size, "sha256": digest.hexdigest()}
