"""`manage.py backup FILE`: everything that the site knows in one file, while it is in use."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, TextIO, cast

from django.core.management.base import BaseCommand, CommandParser

from core.backup import keeping
from core.programme import database
from core.programme.demo.progress import Progress


class Command(BaseCommand):
    help = "Writes everything to one file, while the site is in use. It holds secrets: only its owner may read it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        database.require(self.stderr)
        path = Path(file)
        progress = Progress(cast(TextIO, self.stderr._out), keeping.parts(), "The backup:")
        try:
            manifest = keeping.keep(path, progress.step)
        except OSError as problem:
            self.stderr.write(f"{path} cannot be written: {problem.strerror}.")
            sys.exit(2)
        rows = sum(table["rows"] for table in manifest["tables"].values())
        self.stdout.write(f"{path} holds {rows} rows and {len(manifest['media'])} files; only its owner may read it.")
