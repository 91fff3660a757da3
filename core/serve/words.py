"""The translations, compiled from what translators write (`locale/*/LC_MESSAGES/*.po`) when that is newer."""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_catalogues(folder: Path) -> list[Path]:
    """Compile every catalogue below `folder` that changed; return those that were compiled.

    Compiled files are not kept in the repository, so that they cannot disagree with their source.
    """
    stale = [source for source in sorted(folder.glob("*/LC_MESSAGES/*.po")) if _is_stale(source)]
    for source in stale:
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name)
        # Moved into place whole: other processes may be reading.
        draft = source.with_suffix(f".{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, catalogue)
        draft.replace(source.with_suffix(".mo"))
    return stale


def _is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime <= source.stat().st_mtime
