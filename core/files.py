"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

OWNER_ALONE = 0o600


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write, which only the owner may read and which takes its name when it is complete and on the disk.

    Whatever goes wrong before that leaves `path` as it was. Raises OSError when the folder cannot be written.
    """
    descriptor, aside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, OWNER_ALONE)
            yield file
            file.flush()
            os.fsync(descriptor)
        os.replace(aside, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(aside)
        raise
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Let the new name survive a power cut as well."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
