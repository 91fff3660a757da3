"""`manage.py audit`: every law of the books, checked against the facts."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core import replica
from core.audit import SHOWN, Finding, findings
from core.programme import database


class Command(BaseCommand):
    help = "Checks every law of the books; exit 0 when all hold, 1 with the offending rows named."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="write all findings as JSON")
        parser.add_argument(
            "--most", type=int, default=SHOWN, help=f"name at most so many rows a law (default {SHOWN})"
        )

    def handle(self, *args: Any, most: int, **options: Any) -> None:
        if most < 1:
            self.stderr.write("--most must be at least 1.")
            sys.exit(2)
        with replica.reading():
            database.require(self.stderr)
            sound = self._as_json(most) if options["json"] else self._as_lines(most)
        if not sound:
            sys.exit(1)

    def _as_lines(self, most: int) -> bool:
        sound = True
        for finding in findings(most):
            sound = sound and not finding.count
            mark = "broken" if finding.count else "holds "
            self.stdout.write(f"{mark} {finding.count:>5,}  {finding.law.slug}: {finding.law.sentence}")
            for row in finding.rows:
                self.stdout.write(f"              {row}")
            if finding.unnamed:
                self.stdout.write(f"              {_more(finding)}")
        return sound

    def _as_json(self, most: int) -> bool:
        found = list(findings(most))
        laws = [{"law": f.law.slug, "says": f.law.sentence, "count": f.count, "rows": _rows(f)} for f in found]
        sound = not any(finding.count for finding in found)
        self.stdout.write(json.dumps({"ok": sound, "laws": laws}, ensure_ascii=False))
        return sound


def _rows(finding: Finding) -> list[str]:
    return [*finding.rows, _more(finding)] if finding.unnamed else finding.rows


def _more(finding: Finding) -> str:
    return f"and {finding.unnamed:,} more"
