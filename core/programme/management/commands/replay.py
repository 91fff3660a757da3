"""`manage.py replay --check`: everything rebuilt from the recorded activities, held against what is stored."""

from __future__ import annotations

import sys
from typing import Any, TextIO, cast

from django.core.management.base import BaseCommand, CommandParser

from core import replica
from core.ledger.rebuilding import GROUP, differences
from core.members.models import Member
from core.programme import database
from core.programme.demo.progress import Progress


class Command(BaseCommand):
    help = "Rebuilds balances, progress and badges in memory; exit 0 when all is so, 1 with each difference named."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare with what is stored; nothing is written")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if not check:
            self.stderr.write("Say replay --check: it compares, and changes nothing.")
            sys.exit(2)
        with replica.reading():
            database.require(self.stderr)
            self._compare()

    def _compare(self) -> None:
        members = Member.objects.count()
        progress = Progress(cast(TextIO, self.stderr._out), -(-members // GROUP), "The replay:")
        count = 0
        for sentence in differences(lambda number: progress.step(f"{number} members more")):
            self.stdout.write(sentence)
            count += 1
        if count:
            self.stdout.write(f"{count:,} differences among {members:,} members.")
            sys.exit(1)
        self.stdout.write(f"All of {members:,} members is as the recorded activities say.")
