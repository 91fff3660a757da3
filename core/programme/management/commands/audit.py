"""`manage.py audit`: every law of the books, checked against the facts."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.audit import Finding, findings
from core.programme import database

SHOWN = 20  # offending rows a law, in the lines for people; --json names all


class Command(BaseCommand):
    help = "Checks every law of the books; exit 0 when all hold, 1 with the offending rows named."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="write all findings as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        database.require(self.stderr)
        found = findings()
        if options["json"]:
            laws = [{"law": f.law.slug, "says": f.law.sentence, "count": len(f.rows), "rows": f.rows} for f in found]
            self.stdout.write(json.dumps({"ok": not any(f.rows for f in found), "laws": laws}, ensure_ascii=False))
        else:
            for finding in found:
                self._line(finding)
        if any(finding.rows for finding in found):
            sys.exit(1)

    def _line(self, finding: Finding) -> None:
        mark = "broken" if finding.rows else "holds "
        self.stdout.write(f"{mark} {len(finding.rows):>5}  {finding.law.slug}: {finding.law.sentence}")
        for row in finding.rows[:SHOWN]:
            self.stdout.write(f"              {row}")
        if len(finding.rows) > SHOWN:
            self.stdout.write(f"              and {len(finding.rows) - SHOWN} more (all with --json)")
