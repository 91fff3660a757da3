"""`manage.py person export EMAIL FILE` and `person erase EMAIL`: all that is known of a person, and forgetting them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandParser

from core.files import written_whole
from core.members import erasure, known
from core.members.forms import AddressField
from core.web.refused import Refused


class Command(BaseCommand):
    help = "Writes all that is known of a person to a file, or forgets them; the books stay, of nobody."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        export = actions.add_parser("export", help="write all that is known of a person as JSON")
        export.add_argument("email")
        export.add_argument("file")
        erase = actions.add_parser("erase", help="forget a person, for good; their points go with them")
        erase.add_argument("email")

    def handle(self, *, action: str, email: str, file: str = "", **options: Any) -> None:
        try:
            address = AddressField().clean(email)
        except ValidationError:
            self._end(2, f"{email} is not an e-mail address.")
        if action == "export":
            self._export(address, Path(file))
        else:
            self._erase(address)

    def _export(self, email: str, path: Path) -> None:
        try:
            with written_whole(path) as written:
                if not known.write(known.Person.of(email), written):
                    raise _NothingKnown
        except _NothingKnown:
            self._end(1, f"Nothing is known of {email}.")
        except OSError as problem:
            self._end(2, f"{path} cannot be written: {problem.strerror}.")
        self.stderr.write(f"All that is known of {email} is in {path}, which only its owner may read.")

    def _erase(self, email: str) -> None:
        try:
            erasure.erase(email)
        except erasure.NobodyKnown:
            self._end(1, f"Nothing is known of {email}.")
        except Refused as refused:
            self._end(1, str(refused))
        self.stdout.write("Erased. The books stay as they are, of nobody.")

    def _end(self, code: int, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        sys.exit(code)


class _NothingKnown(Exception):
    """Leaves no empty file behind."""
