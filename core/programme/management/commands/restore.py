"""`manage.py restore FILE`: puts a backup into an empty database, all of it or nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NoReturn, TextIO, cast

from django.core.management.base import BaseCommand, CommandParser
from django.db import IntegrityError

from core.backup import checking, restoring, shape
from core.programme import database
from core.programme.demo.progress import Progress


class Command(BaseCommand):
    help = "Puts a backup into an empty database of either kind, all of it or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        try:
            with checking.opened(Path(file)) as (backup, manifest):
                restoring.prepare()
                database.require(self.stderr)
                restoring.require_empty()
                checking.check_version(manifest, shape.migrations())
                checking.check(backup, manifest, self._progress(checking.parts(manifest), "Checking:"))
                restoring.restore(backup, manifest, self._progress(len(manifest["tables"]) + 1, "Restoring:"))
        except checking.Unusable as problem:
            self._end(2, str(problem))
        except restoring.NotEmpty as problem:
            self._end(1, str(problem))
        except IntegrityError as problem:
            self._end(2, f"The backup contradicts itself, nothing was changed: {str(problem).strip().splitlines()[0]}")
        self.stdout.write(f"Restored as it was on {manifest['written_at']}. See that it holds: manage.py audit.")

    def _progress(self, total: int, label: str) -> Any:
        return Progress(cast(TextIO, self.stderr._out), total, label).step

    def _end(self, code: int, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        sys.exit(code)
