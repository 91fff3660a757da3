"""What is read of members to say where they stand: one statement for most, a few for whom something came late."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import FilteredRelation, OuterRef, Q, Subquery

from core.activities.models import Activity
from core.brand.periods import Per
from core.earning.ladder import first_day, month_number, month_of
from core.earning.models import TierChange
from core.ledger.models import Account, Lot, Tally, Transfer
from core.members.models import Member

STANDING = ("time_zone", "tier", "tier__level", "tier__since", "tier__until")


@dataclass(slots=True)
class Known:
    """A member as the database has them: the tier held, the own time of the newest judged, points earned by month.

    `level` is None for who never left the lowest tier.
    """

    time_zone: str
    row: int | None
    level: str | None
    since: datetime | None
    until: datetime | None
    latest: datetime | None
    months: dict[int, int] = field(default_factory=dict)


def known(
    member_ids: Collection[int], first_month: int, kinds: Collection[str], new: Collection[int]
) -> dict[int, Known]:
    """These members, with their months from `first_month` on (one statement).

    The newest that was judged is an award, or an activity of one of `kinds` that is none of the `new` ones (ids): it
    may have given nothing then and something now.
    """
    tallies = Q(tallies__per=Per.MONTH, tallies__starts__gte=first_day(first_month))
    lots = Lot.objects.filter(member=OuterRef("pk"))
    log = Activity.objects.filter(member=OuterRef("pk")).exclude(pk__in=new)
    judged = [lots, *(log.filter(type=kind) for kind in sorted(kinds))]
    newest = {f"newest_{n}": Subquery(one.order_by("-at").values("at")[:1]) for n, one in enumerate(judged)}
    rows = (
        Member.objects.filter(pk__in=member_ids)
        .annotate(month=FilteredRelation("tallies", condition=tallies), **newest)
        .values_list("pk", "month__starts", "month__earned", *STANDING, *newest)
    )
    found: dict[int, Known] = {}
    for member_id, starts, earned, *rest in rows:
        if member_id not in found:
            moments = [moment for moment in rest[len(STANDING) :] if moment is not None]
            time_zone, row, level, since, until = rest[: len(STANDING)]
            found[member_id] = Known(time_zone, row, level, since, until, max(moments, default=None))
        if starts is not None:
            found[member_id].months[month_number(starts)] = earned
    return found


@dataclass(slots=True)
class Past:
    """What happened to a member from some moment on, and how they stood before it: `lots` by cause."""

    months: dict[int, int] = field(default_factory=dict)
    lots: dict[str, Lot] = field(default_factory=dict)
    adjusted: list[tuple[datetime, int]] = field(default_factory=list)
    changes: list[TierChange] = field(default_factory=list)
    before: TierChange | None = None
    activities: list[Activity] = field(default_factory=list)


def past(starts: Mapping[int, datetime], kinds: Collection[str], zone: ZoneInfo) -> dict[int, Past]:
    """The past of each member from the moment given on; `kinds` are those whose activities are wanted.

    As many statements for one member as for five hundred. `months` are what was earned before that moment.
    """
    found = {member_id: Past() for member_id in starts}
    first = min(starts.values())
    among = Q(member__in=list(starts))
    for member_id, starts_month, earned in Tally.objects.filter(among, per=Per.MONTH).values_list(
        "member_id", "starts", "earned"
    ):
        found[member_id].months[month_number(starts_month)] = earned
    for lot in Lot.objects.filter(among, at__gte=first):
        if lot.at >= starts[lot.member_id]:
            found[lot.member_id].lots[lot.cause] = lot
    _adjusted(found, starts, among, first)
    for change in TierChange.objects.filter(among).order_by("since", "pk"):
        one = found[change.member_id]
        if change.void:
            one.changes = [other for other in one.changes if (other.since, other.level) != (change.since, change.level)]
        else:
            one.changes.append(change)
    if kinds:
        log = Activity.objects.originals().filter(among, type__in=kinds, at__gte=first)
        for activity in log.filter(status=Activity.Status.ACCEPTED):
            if activity.member_id and activity.at >= starts[activity.member_id]:
                found[activity.member_id].activities.append(activity)
    for member_id, one in found.items():
        _go_back(one, starts[member_id], zone)
    return found


def _adjusted(found: dict[int, Past], starts: Mapping[int, datetime], among: Q, first: datetime) -> None:
    """What staff gave or took by hand, which belongs to no award."""
    issued = Q(source=Account.ISSUED) | Q(target=Account.ISSUED)
    rows = Transfer.objects.filter(among, issued, lot__isnull=True, at__gte=first)
    for member_id, source, points, at in rows.values_list("member_id", "source", "points", "at"):
        if at >= starts[member_id]:
            found[member_id].adjusted.append((at, points if source == Account.ISSUED else -points))


def _go_back(one: Past, start: datetime, zone: ZoneInfo) -> None:
    """Take what happened from `start` on off the months, and tell the steps before it from those after."""
    later = [(lot.at, lot.points + lot.forgiven) for lot in one.lots.values()] + one.adjusted
    for at, points in later:
        month = month_of(at, zone)
        one.months[month] = one.months.get(month, 0) - points
    earlier = [change for change in one.changes if change.since < start]
    one.before = earlier[-1] if earlier else None
    one.changes = [change for change in one.changes if change.since >= start]
