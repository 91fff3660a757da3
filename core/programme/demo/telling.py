"""Fills an empty database with the demo: its programme, and a history that leads up to now."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import translation

from core import clock
from core.activities.models import SITE, Source
from core.brand.models import Brand
from core.members.models import Member
from core.programme.applying import apply
from core.programme.demo.doors import shop_of
from core.programme.demo.history import History
from core.programme.reading import Document, read

FILE = Path(settings.BASE_DIR) / "programmes" / "demo.yaml"
WRITTEN_FOR = date(2026, 9, 1)  # the day from which the dates of the file are seen
OWNER = "owner@goodturn.example"
TOURIST = "ada@example.com"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?[+-]\d\d:\d\d")


class NotEmpty(Exception):
    """There are members already."""


@transaction.atomic
def tell(*, members: int, days: int, seed: int, step: Callable[[str], None] = lambda _note: None) -> None:
    """Live through `days` days with `members` members, all in one transaction; `step` is told each day.

    A programme that is there already stays, and the history is of that one. Raises NotEmpty.
    """
    Brand.objects.select_for_update().get(pk=1)
    if Member.objects.exists():
        raise NotEmpty
    now = clock.now()
    with translation.override(settings.LANGUAGE_CODE):
        if Brand.current().version == Brand().version:
            with clock.at(_midnight(now, days)):
                apply(moved(read(str(FILE)), now.date()))
        source = Source.objects.filter(kind="standard").exclude(slug=SITE).order_by("pk").first()
        with shop_of(source or Source.objects.create(slug="shop", kind="standard")) as shop:
            for day in History(seed, members, _midnight(now, days), now, shop).days():
                step(f"{day:%d %b}")
        call_command("staff", "add", OWNER, role=Member.Role.OWNER.value, stdout=_Silence(), stderr=_Silence())


def _midnight(now: datetime, days: int) -> datetime:
    """The beginning of the day `days` days before `now`, by the brand's clock."""
    zone = Brand.current().zone
    return datetime.combine(now.astimezone(zone).date() - timedelta(days=days), time(), tzinfo=zone)


def moved(document: Document, today: date) -> Document:
    """The demo's file with all its moments moved by whole weeks, so that it is written for about `today`."""
    weeks = round((today - WRITTEN_FOR).days / 7)
    document.data = _moved(document.data, timedelta(weeks=weeks))
    return document


def _moved(value: Any, by: timedelta) -> Any:
    if isinstance(value, dict):
        return {key: _moved(part, by) for key, part in value.items()}
    if isinstance(value, list):
        return [_moved(part, by) for part in value]
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return (datetime.fromisoformat(value) + by).isoformat()
    return value


class _Silence:
    """Takes what a command prints."""

    def write(self, _text: str) -> None:
        """Nothing."""

    def flush(self) -> None:
        """Nothing."""

    def isatty(self) -> bool:
        return False
