"""Making a scratch database ready; called in stations."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection

from core.activities.models import Source
from core.bench import programme
from core.ledger.posting import open_wallets
from core.members.models import Member

TAKEN_AT_ONCE = 10_000


def prepare() -> None:
    """Make the tables, the programme and the shop."""
    call_command("migrate", interactive=False, verbosity=0)
    programme.set_up()
    Source.objects.get_or_create(slug=programme.SHOP)[0].rotate()


def people(members: int) -> None:
    """Let so many members join, each with an empty wallet."""
    for first in range(0, members, TAKEN_AT_ONCE):
        names = [email_of(number) for number in range(first, min(first + TAKEN_AT_ONCE, members))]
        joined = [Member(email=name, identity=name, password="!") for name in names]
        Member.objects.bulk_create(joined)
        open_wallets(person.pk for person in joined)
    settle()


def settle() -> None:
    """Let the database know how much of what there is."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def email_of(number: int) -> str:
    """The e-mail of the member of that number (from 0)."""
    return f"member-{number}@example.com"
