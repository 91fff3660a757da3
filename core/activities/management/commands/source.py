"""`manage.py source add SLUG --kind KIND` and `source rotate SLUG`: print a source's secret, once."""

from __future__ import annotations

import sys
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from core.activities.adapters import ADAPTERS
from core.activities.models import Source


class Command(BaseCommand):
    help = "Let a system send events. The secret is printed alone on stdout, and only now."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        add = actions.add_parser("add", help="add a source, or give one that the programme declares its secret")
        add.add_argument("slug")
        add.add_argument("--kind", choices=sorted(ADAPTERS), default="standard")
        rotate = actions.add_parser("rotate", help="give a source a new secret; the old one is valid for 24 hours")
        rotate.add_argument("slug")

    @transaction.atomic
    def handle(self, *, action: str, slug: str, kind: str = "", **options: Any) -> None:
        source = Source.objects.select_for_update().filter(slug=slug, kind__in=ADAPTERS).first()
        if action == "add":
            source = self._added(source, slug, kind)
        elif source is None:
            self._end(1, f"There is no source {slug}.")
        self.stdout.write(source.rotate())
        self.stderr.write(f"The secret of {slug}, for POST /hooks/{slug}/. It is not shown again.")

    def _added(self, source: Source | None, slug: str, kind: str) -> Source:
        if source is None:
            source = Source(slug=slug, kind=kind)
            try:
                source.full_clean(exclude=["secret", "previous_secret"])
            except ValidationError as error:
                self._end(2, f"{slug}: {' '.join(error.messages)}")
            source.save()
        elif source.secret:
            self._end(1, f"The source {slug} has a secret already; rotate gives it a new one.")
        elif source.kind != kind:
            self._end(1, f"The source {slug} is of kind {source.kind}.")
        return source

    def _end(self, code: int, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        sys.exit(code)
