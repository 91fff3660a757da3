"""`manage.py programme check|apply|export|schema`: the programme as one YAML file."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.programme import database
from core.programme.applying import apply
from core.programme.checking import check
from core.programme.exporting import export, schema
from core.programme.reading import Unreadable, read


class Command(BaseCommand):
    help = "Checks, applies or writes the programme as one YAML file."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(required=True, metavar="check|apply|export|schema")
        checking = actions.add_parser("check", help="say whether a file can be applied, and change nothing")
        checking.set_defaults(act=self.check_file)
        checking.add_argument("file")
        applying = actions.add_parser("apply", help="make the database match a file, all of it or nothing")
        applying.set_defaults(act=self.apply_file)
        applying.add_argument("file")
        applying.add_argument("--dry-run", action="store_true", help="only print what would change")
        exporting = actions.add_parser("export", help="write the programme that is in force as YAML")
        exporting.set_defaults(act=self.export)
        describing = actions.add_parser("schema", help="write the JSON Schema of programme files")
        describing.set_defaults(act=self.schema)

    def handle(self, *args: Any, act: Callable[..., None], **options: Any) -> None:
        try:
            act(**options)
        except Unreadable as error:
            for problem in error.problems:
                self.stderr.write(problem)
            sys.exit(2)

    def check_file(self, *, file: str, **options: Any) -> None:
        """Say whether the file can be applied."""
        checked = check(read(file))
        for aside in checked.asides:
            self.stderr.write(aside)
        things = sum(len(part.items) for part in checked.parts)
        self.stdout.write(f"{checked.document.name} is in order: {things} things in {len(checked.parts)} sections.")

    def apply_file(self, *, file: str, dry_run: bool, **options: Any) -> None:
        """Make the database match the file."""
        document = read(file)
        database.require(self.stderr)
        report = apply(document, dry_run=dry_run)
        for aside in report.asides:
            self.stderr.write(aside)
        for change in report.changes:
            self.stdout.write(str(change))
        if not report.changes:
            self.stdout.write("Nothing to change: the programme is as the file says.")
        elif dry_run:
            self.stderr.write("A dry run: nothing was changed.")

    def export(self, **options: Any) -> None:
        """Write the programme as YAML."""
        database.require(self.stderr)
        self.stdout.write(export(), ending="")

    def schema(self, **options: Any) -> None:
        """Write the JSON Schema of programme files."""
        self.stdout.write(json.dumps(schema(), indent=2, ensure_ascii=False))
