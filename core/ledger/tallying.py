"""Points earned by calendar week and month, in the activities' own time: what a leaderboard or a tier adds up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Coalesce

from core import bulk
from core.brand.models import Brand
from core.brand.periods import Per, period
from core.brand.zones import recount
from core.ledger.models import Account, Tally, Transfer

PERIODS = (Per.WEEK, Per.MONTH)
CHUNK = 5000
Key = tuple[int, str, date]
Moved = tuple[int, datetime, int]  # the member, the moment and by how much it moves what was earned then


def add(transfers: Iterable[Transfer], dated: Iterable[Moved], zone: ZoneInfo) -> None:
    """Add what these new transfers issued, or took back, to the tallies of their members; one statement.

    `dated` is what was earned at another moment than it was counted for. A transfer counts where its lot is now.
    """
    moved: list[Moved] = [
        *dated,
        *(
            (transfer.member_id, transfer.lot.at if transfer.lot else transfer.at, issued)
            for transfer in transfers
            if (issued := _issued(transfer.source, transfer.target, transfer.points))
        ),
    ]
    bulk.add(_tallies(_sums(moved, zone)), ["member", "per", "starts"], "earned")


def counted(zone: ZoneInfo) -> Iterator[Tally]:
    """The tallies as the transfers have them, counted anew, member by member (unsaved)."""
    for _member_id, rows in groupby(_rows(), itemgetter(0)):
        moved = ((member_id, at, _issued(source, target, points)) for member_id, at, source, target, points in rows)
        yield from _tallies(_sums(moved, zone))


@recount
def tally_anew(brand: Brand) -> None:
    """Count all tallies anew from the transfers, as the brand's calendar now has them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Tally._meta.db_table} IN EXCLUSIVE MODE")
    Tally.objects.all().delete()
    waiting: list[Tally] = []
    for tally in counted(brand.zone):
        waiting.append(tally)
        if len(waiting) >= CHUNK:
            bulk.insert(waiting)
            waiting = []
    bulk.insert(waiting)


def _rows() -> Iterator[tuple[int, datetime, str, str, int]]:
    issued = Transfer.objects.filter(Q(source=Account.ISSUED) | Q(target=Account.ISSUED))
    rows = issued.annotate(earned_at=Coalesce("lot__at", "at")).order_by("member_id", "pk")
    return rows.values_list("member_id", "earned_at", "source", "target", "points").iterator(CHUNK)


def _issued(source: str, target: str, points: int) -> int:
    """By how many points a transfer moves what was earned."""
    return points if source == Account.ISSUED else -points if target == Account.ISSUED else 0


def _sums(moved: Iterable[Moved], zone: ZoneInfo) -> dict[Key, int]:
    sums: dict[Key, int] = defaultdict(int)
    for member_id, at, issued in moved:
        for per, starts in _periods_of(at.astimezone(zone).date(), zone):
            sums[member_id, per, starts] += issued
    return sums


@lru_cache(maxsize=10_000)
def _periods_of(day: date, zone: ZoneInfo) -> list[tuple[str, date]]:
    """When the periods around a day of the zone's calendar begin; kept, since days come again and again."""
    noon = datetime.combine(day, time(12), tzinfo=zone)
    return [(per, date.fromisoformat(period(noon, per, zone).key)) for per in PERIODS]


def _tallies(sums: dict[Key, int]) -> list[Tally]:
    return [
        bulk.new(Tally, member_id=key[0], per=key[1], starts=key[2], earned=sums[key])
        for key in sorted(sums)
        if sums[key]
    ]
