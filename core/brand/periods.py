"""Calendar periods in a time zone: the day, the week from Monday, the month, and all time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _


class Per(models.TextChoices):
    """How long a limit counts before it starts anew."""

    DAY = "day", _("day")
    WEEK = "week", _("week")
    MONTH = "month", _("month")
    TOTAL = "total", _("in all")


@dataclass(frozen=True)
class Period:
    """One period: a stable key such as `2026-11-23`, its first moment and the first after it; None is for ever."""

    key: str
    starts: datetime | None
    ends: datetime | None


def period(moment: datetime, per: str, zone: ZoneInfo) -> Period:
    """The calendar period of kind `per` (day, week, month, total) around `moment`, as the calendar in `zone` has it."""
    today = moment.astimezone(zone).date()
    match per:
        case Per.DAY:
            first, after = today, today + timedelta(days=1)
        case Per.WEEK:
            first = today - timedelta(days=today.weekday())
            after = first + timedelta(days=7)
        case Per.MONTH:
            first = today.replace(day=1)
            after = (first + timedelta(days=31)).replace(day=1)
        case Per.TOTAL:
            return Period("all", None, None)
        case _:
            raise ValueError(per)
    return Period(first.isoformat(), _midnight(first, zone), _midnight(after, zone))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)
