"""`manage.py staff add EMAIL --role ROLE`: lets a person into the admin, by e-mail code and second factor."""

from __future__ import annotations

import argparse
import sys
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand

from core.members import staff
from core.members.forms import AddressField
from core.members.roles import Role
from core.web.refused import Refused

NOT_SO, WRONG_CALL = 1, 2


class Command(BaseCommand):
    """Gives people a role."""

    help = "Let a person into the admin, by e-mail code and second factor."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="what", required=True, metavar="add")
        add = actions.add_parser("add", help="Give a person a role, creating or promoting them.")
        add.add_argument("email")
        add.add_argument("--role", required=True, choices=Role.values)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            email = AddressField().clean(options["email"])
        except ValidationError:
            self._stop(f"{options['email']!r} is not an e-mail address.", WRONG_CALL)
        try:
            member = staff.appoint(email, options["role"])
        except Refused as refused:
            self._stop(str(refused), NOT_SO)
        self.stdout.write(f"{member.email} is {member.get_role_display()}: sign in at /admin/ with a code by e-mail.")

    def _stop(self, sentence: str, code: int) -> NoReturn:
        self.stderr.write(sentence)
        sys.exit(code)
