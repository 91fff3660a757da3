"""`manage.py token add|revoke`: bearer tokens for the JSON API."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from core import clock
from core.api.models import Token


class Command(BaseCommand):
    help = "Adds and revokes bearer tokens for the JSON API."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(required=True, metavar="add|revoke")
        adding = actions.add_parser("add", help="make a token and print it, this once")
        adding.set_defaults(act=self.add)
        adding.add_argument("name")
        adding.add_argument("--scope", choices=Token.Scope.values, default=Token.Scope.READ.value)
        revoking = actions.add_parser("revoke", help="end a token")
        revoking.set_defaults(act=self.revoke)
        revoking.add_argument("name")

    def handle(self, *args: Any, act: Callable[..., None], **options: Any) -> None:
        with transaction.atomic():
            act(**options)

    def add(self, *, name: str, scope: str, **options: Any) -> None:
        """Print a new token alone on stdout; a revoked name gets a new secret."""
        token = Token.objects.select_for_update().filter(name=name).first() or Token(name=name)
        if token.pk and token.revoked_at is None:
            self._end(1, f"There is a token {name} already: revoke it first.")
        secret = token.renew(scope)
        try:
            token.full_clean()
        except ValidationError:
            self._end(2, "A token's name is 1 to 80 letters, digits, blanks, dots, hyphens or underscores.")
        token.save()
        self.stdout.write(secret)
        may = "read and write" if token.may_write else "read"
        self.stderr.write(f"{name} may {may}. Keep the token: it is not shown again.")

    def revoke(self, *, name: str, **options: Any) -> None:
        """End the token of that name."""
        ended = Token.objects.filter(name=name, revoked_at__isnull=True).update(revoked_at=clock.now())
        if not ended:
            self._end(1, f"There is no token {name} in force.")
        self.stderr.write(f"{name} may do nothing any more.")

    def _end(self, code: int, sentence: str) -> None:
        self.stderr.write(sentence)
        sys.exit(code)
