"""`manage.py demo`: fills an empty database with a programme and a believable history of it."""

from __future__ import annotations

import sys
from typing import Any, TextIO, cast

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from core.programme import database
from core.programme.demo.doors import DoorShut
from core.programme.demo.progress import Progress
from core.programme.demo.telling import OWNER, TOURIST, NotEmpty, tell

MOST_MEMBERS, MOST_DAYS = 100_000, 3_650


class Command(BaseCommand):
    help = "Fills an empty database with a programme and a believable history, through the doors of real traffic."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--members", type=int, default=400, help="how many people join (default 400)")
        parser.add_argument("--days", type=int, default=120, help="how many days ago it begins (default 120)")
        parser.add_argument("--seed", type=int, default=7, help="the same seed tells the same story (default 7)")

    def handle(self, *args: Any, members: int, days: int, seed: int, **options: Any) -> None:
        if not (1 <= members <= MOST_MEMBERS and 1 <= days <= MOST_DAYS):
            self.stderr.write(f"There must be 1 to {MOST_MEMBERS} members and 1 to {MOST_DAYS} days.")
            sys.exit(2)
        database.require(self.stderr)
        progress = Progress(cast(TextIO, self.stderr._out), days + 1, "The demo:")
        try:
            tell(members=members, days=days, seed=seed, step=progress.step)
        except NotEmpty:
            self.stderr.write("The demo needs an empty database, and this one has members.")
            sys.exit(1)
        except DoorShut as error:
            self.stderr.write(f"{error} Nothing was changed.")
            sys.exit(1)
        url = settings.BASE_URL
        self.stdout.write(f"The demo is ready at {url}/")
        self.stdout.write(f"  as a member   {url}/accounts/login/ with {TOURIST}")
        self.stdout.write(f"  as staff      {url}/admin/ with {OWNER}")
        self.stdout.write("Each sign-in asks for a code, which comes by mail.")
