"""What each activity is worth by the rules, and each member's tier, from the beginning in the activities' own time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from core import clock
from core.activities.models import Activity
from core.brand.periods import period
from core.earning import editions, reading
from core.earning.calculations import Award, Standing
from core.earning.climbing import Climb, Gain
from core.earning.models import MemberTier
from core.earning.scaling import Judged, cause_of, issued
from core.earning.terms import Terms, compiled
from core.earning.tiering import BEGINNING, CHANGED, lowest
from core.ledger.models import Lot, Reason
from core.ledger.rebuilding import Rebuilt, Worth, rebuilds
from core.members.models import Member

Used = dict[tuple[int, str], int]


@rebuilds(order=10)
def earn(rebuilt: Rebuilt) -> Iterator[str]:
    """Say what all activities of these members are worth; it has nothing of its own to compare.

    What depends on how a member stood is only noted, since that depends on all else: `climb` says what it is worth.
    """
    rules = compiled.anew()
    used: Used = defaultdict(int)
    told = Activity.objects.counting().originals().filter(member__in=rebuilt.members, type__in=list(rules))
    for activity in told.order_by("at", "pk").iterator():
        for terms in rules[activity.type]:
            if terms.rule.holds_for(activity):
                _judge(rebuilt, terms, activity, used)
    return iter(())


def _judge(rebuilt: Rebuilt, terms: Terms, activity: Activity, used: Used) -> None:
    """One activity by one rule: nothing when the limit of its period was reached by those before it."""
    member_id = activity.member_id
    assert member_id is not None
    award = terms.award(activity, Standing())
    group = ""
    if terms.limit is not None:
        group = f"{terms.rule.slug}:{period(activity.at, terms.limit.per, rebuilt.brand.zone).key}"
        if used[member_id, group] >= terms.limit.count:
            return
        used[member_id, group] += bool(award.points)
    if terms.by_standing and award.worth and (award.points or terms.limit is None):
        rebuilt.noted[member_id].append((terms, activity, group))
    elif award.points:
        worth = Worth(member_id, award.points, terms.rule.pending_days, activity.at, group)
        rebuilt.worth[cause_of(terms, activity)] = worth


@rebuilds(order=80)
def climb(rebuilt: Rebuilt) -> Iterator[str]:
    """Go every member's way up and down the ladder, say what it multiplied, and compare the tier that is kept."""
    ladders = editions.compiled.anew()
    if not ladders and not rebuilt.noted:
        return
    past = reading.past(dict.fromkeys(rebuilt.members, BEGINNING), (), rebuilt.brand.zone)
    rows = {row.member_id: row for row in MemberTier.objects.filter(member__in=rebuilt.members)}
    noted = _noted(rebuilt)
    given = Lot.objects.filter(member__in=rebuilt.members, transfers__reason=Reason.ADJUSTED)
    by_hand = set(given.values_list("cause", flat=True))
    causes: dict[int, list[str]] = defaultdict(list)
    for cause, worth in rebuilt.worth.items():
        causes[worth.member_id].append(cause)
    for member_id in rebuilt.members:
        of_member = past[member_id]
        gains = [Gain(at, points) for at, points in of_member.adjusted]
        gains += [Gain(lot.at, lot.points) for cause, lot in of_member.lots.items() if cause in by_hand]
        gains += _gains({cause: rebuilt.worth[cause] for cause in causes[member_id]}, of_member.lots)
        for one in noted[member_id]:
            one.lot = of_member.lots.get(cause_of(one.terms, one.activity))
            gains.append(Gain(one.activity.at, one.worth))
        start = min((gain.at for gain in gains), default=clock.now())
        way = Climb(ladders, rebuilt.brand.zone, {}, start, lowest(ladders, start))
        way.take(gains, clock.now())
        yield from _compare(rebuilt, member_id, way, rows.get(member_id))


def _gains(worth: Mapping[str, Worth], lots: Mapping[str, Lot]) -> Iterator[Gain]:
    for cause, each in worth.items():
        lot = lots.get(cause)
        if (at := each.at or (lot.at if lot else None)) is not None:
            yield Gain(at, issued(each.points, lot))


def _noted(rebuilt: Rebuilt) -> dict[int, list[Judged]]:
    """What depends on how a member stood, ready to be judged on the way."""

    def tell(one: Judged, award: Award) -> None:
        days = one.terms.rule.pending_days
        worth = Worth(one.member_id, award.points, days, one.activity.at, one.group)
        rebuilt.worth[cause_of(one.terms, one.activity)] = worth

    zones = dict(Member.objects.filter(pk__in=rebuilt.members).values_list("pk", "time_zone"))
    happened = _happened(rebuilt)
    found: dict[int, list[Judged]] = defaultdict(list)
    for member_id, noted in rebuilt.noted.items():
        zone = ZoneInfo(zones[member_id]) if zones[member_id] else rebuilt.brand.zone
        for terms, activity, group in noted:
            one = Judged(tell, terms, member_id, activity, group)
            if terms.streak:
                one.streak = terms.streak.length(activity.at, happened[member_id, activity.type], zone)
            found[member_id].append(one)
    return found


def _happened(rebuilt: Rebuilt) -> dict[tuple[int, str], list[datetime]]:
    found: dict[tuple[int, str], list[datetime]] = defaultdict(list)
    kinds = {activity.type for noted in rebuilt.noted.values() for terms, activity, _group in noted if terms.streak}
    if kinds:
        log = Activity.objects.counting().originals().filter(member__in=rebuilt.members, type__in=kinds)
        for member_id, kind, at in log.values_list("member_id", "type", "at"):
            found[member_id, kind].append(at)
    return found


def _compare(rebuilt: Rebuilt, member_id: int, way: Climb, row: MemberTier | None) -> Iterator[str]:
    for step in way.steps:
        rebuilt.facts.add(f"{CHANGED}:{member_id}:{step.level}:{step.at.astimezone(UTC).isoformat()}")
    held = row.level if row else lowest(way.editions, way.moment)
    if held != way.level:
        yield f"member {member_id}: holds the tier '{held}' where the activities say '{way.level}'"
