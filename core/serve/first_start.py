"""What the first start of all does by itself, and where it says people should look."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from core.brand.models import Brand
from core.members.models import Member
from core.programme.demo.telling import TOURIST
from core.serve.server import collect_static
from core.serve.words import compile_catalogues


def prepare() -> None:
    """Bring words, tables and files up to date, and fill a database that nobody has touched with the demo."""
    for folder in settings.LOCALE_PATHS:
        compile_catalogues(Path(folder))
    call_command("migrate", interactive=False, verbosity=0)
    collect_static()
    if os.environ.get("DEMO", "1") != "0" and is_untouched():
        # What it says at its end, `directions` says at every start.
        call_command("demo", stdout=io.StringIO())


def is_untouched() -> bool:
    """Whether nobody has joined and no programme was applied or edited yet."""
    untouched = Brand()
    brand = Brand.current()
    same = (brand.name, brand.version) == (untouched.name, untouched.version)
    return same and not Member.objects.exists()


def directions() -> Iterator[str]:
    """Where to look and how to sign in, a line each."""
    url = settings.BASE_URL
    yield f"{Brand.current().name} is at {url}/"
    people = Member.objects.filter(role="", is_active=True)
    member = people.filter(email=TOURIST).first() or people.order_by("pk").first()
    owner = Member.objects.filter(role=Member.Role.OWNER, is_active=True).order_by("pk").first()
    yield f"  as a member   {url}/accounts/login/ with {member.email if member else 'any e-mail'}"
    if owner:
        yield f"  as staff      {url}/admin/ with {owner.email}"
    else:
        yield "  as staff      first: .venv/bin/python manage.py staff add YOUR@E-MAIL --role owner"
    if settings.MAILERS["default"]["BACKEND"].endswith("MailboxBackend"):
        yield f"  the code      is in the mail, which lies at {url}/dev/mailbox/"
    yield "  Ctrl-C stops it all."
