"""Reading a backup: nothing is believed before every byte of it was looked at."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any
from zipfile import BadZipFile, ZipFile

from core.backup import shape
from core.backup.keeping import BLOCK

Step = Callable[[str], None]
BROKEN = (BadZipFile, zlib.error, EOFError, ValueError, KeyError, TypeError, AttributeError, NotImplementedError)


class Unusable(Exception):
    """This file cannot be restored; the text is one sentence that says why."""


@contextmanager
def opened(path: Path) -> Iterator[tuple[ZipFile, dict[str, Any]]]:
    """The backup in `path` and its manifest, which fits this version of the site; raises Unusable."""
    try:
        backup = ZipFile(path)
    except OSError as problem:
        raise Unusable(f"{path} cannot be read: {problem.strerror}.") from problem
    except BROKEN as problem:
        raise Unusable(f"{path} is not a whole backup.") from problem
    with backup:
        try:
            text = backup.read(shape.MANIFEST)
            whole = sha256(text).hexdigest().encode() == backup.comment
            manifest = json.loads(text)
            whole = whole and manifest["format"].startswith("goodturn/backup/")
        except BROKEN as problem:
            raise Unusable(f"{path} is not a whole backup.") from problem
        if not whole:
            raise Unusable(f"{path} was altered, or is no backup.")
        yield backup, manifest


def check(backup: ZipFile, manifest: dict[str, Any], step: Step) -> None:
    """Compare every part with what the manifest says of it; raises Unusable at the first that differs."""
    parts = {f"tables/{name}.jsonl": said for name, said in manifest["tables"].items()}
    parts |= {f"media/{name}": said for name, said in manifest["media"].items()}
    there = sorted(backup.namelist())
    if there != sorted([*parts, shape.MANIFEST]):
        raise Unusable("The backup does not have the parts that its manifest names.")
    for name, said in parts.items():
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise Unusable(f"The backup names a file outside of its folder: {name}.")
        try:
            found = _looked_at(backup, name)
        except BROKEN as problem:
            raise Unusable(f"The backup is damaged at {name}.") from problem
        if any(found[key] != said[key] for key in found.keys() & said.keys()):
            raise Unusable(f"The backup was altered at {name}.")
        step(name)


def parts(manifest: dict[str, Any]) -> int:
    """How many parts there are to look at."""
    return len(manifest["tables"]) + len(manifest["media"])


def check_version(manifest: dict[str, Any], migrations: list[list[str]]) -> None:
    """Raise Unusable unless the backup was made by the version of the site that this database is of."""
    if manifest["format"] != shape.FORMAT:
        raise Unusable(f"The backup is of the format {manifest['format']}, which this version does not know.")
    theirs, ours = (sorted(map(tuple, known)) for known in (manifest["migrations"], migrations))
    if theirs != ours:
        app, name = min(set(theirs) ^ set(ours))
        side = "which this version does not have" if (app, name) in theirs else "which it does not have"
        raise Unusable(
            f"The backup was made by another version: {app} {name} is a migration {side}. "
            "Restore it with that version, then migrate."
        )
    columns = {shape.name_of(model): [field.column for field in shape.columns_of(model)] for model in shape.tables()}
    if columns != {name: said["columns"] for name, said in manifest["tables"].items()}:
        raise Unusable("The backup has other tables than this version.")


def _looked_at(backup: ZipFile, name: str) -> dict[str, Any]:
    digest, rows, size = sha256(), 0, 0
    with backup.open(name) as part:
        while block := part.read(BLOCK):
            digest.update(block)
            rows += block.count(b"\n")
            size += len(block)
    return {"sha256": digest.hexdigest(), "rows": rows, "bytes": size}
