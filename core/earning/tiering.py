"""Members' tiers follow what they earn: at once, in the transaction of the award, by the own time of what earned it.

The newest activity is judged by what was earned before it (one statement). When something comes late or no longer
counts, the way up and down is gone through again from there, so that any order of arrival ends the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import transaction

from core.activities.cascade import Cascade
from core.activities.kinds import TIER_CHANGED
from core.activities.models import Activity
from core.brand.models import Brand, Refunds
from core.earning import reading, scaling, tier_writing
from core.earning.climbing import Climb, Gain, Step
from core.earning.editions import Editions, compiled
from core.earning.ladder import month_of
from core.earning.models import MemberTier, TierChange
from core.earning.reading import Known, Past
from core.ledger.models import Lot
from core.ledger.settling import moment_of

CHANGED = TIER_CHANGED
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
Key = tuple[datetime, str]


@dataclass(slots=True)
class Way:
    """A member's way in one cascade: what was known before it, from when on it moves, and where it leads."""

    known: Known
    start: datetime | None = None
    past: Past | None = None
    past_from: datetime | None = None
    climb: Climb | None = None
    facts: dict[Key, bool] = field(default_factory=dict)

    @property
    def changes(self) -> dict[Key, TierChange]:
        """The steps from `start` on, as the database has them."""
        return {(change.since, change.level): change for change in self.past.changes} if self.past else {}

    def level_known(self, editions: Editions) -> str:
        """The tier held before the cascade; the lowest for who never left it."""
        assert self.start is not None
        return lowest(editions, self.start) if self.known.level is None else self.known.level

    @property
    def needs_past(self) -> bool:
        """Whether anything that was judged before happened after `start`."""
        assert self.start is not None
        known = self.known
        judged = [moment for moment in (known.latest, known.since) if moment is not None]
        return bool(judged and self.start <= max(judged)) or (known.until is not None and known.until <= self.start)


def lowest(editions: Editions, moment: datetime) -> str:
    """The tier of who has earned nothing, at that moment; empty when the lowest has to be earned."""
    ladder = editions.at(moment)
    rung = ladder.reached(0) if ladder else None
    return rung.slug if rung else ""


def follow(cascade: Cascade, activities: Sequence[Activity], look_at: Collection[int] = ()) -> None:
    """Let tiers, and what they multiply, follow from all that is due so far, and record each step as a fact.

    `look_at` are members to be looked at although nothing is due to them.
    """
    editions = compiled.of(cascade.brand)
    scaling.hear(cascade, activities)
    if not editions and not scaling.waits(cascade):
        return
    starts = _starts(cascade, editions)
    starts |= {member_id: cascade.now for member_id in look_at if member_id not in starts}
    if not starts:
        return
    ways = _ways(cascade, editions, starts)
    _read_past(cascade, editions, ways)
    scaling.read(cascade, {pk: way.start for pk, way in ways.items() if way.start is not None})
    for member_id, way in ways.items():
        way.climb = _climbed(cascade, editions, member_id, way)
        _record(cascade, member_id, way, activities)


def conclude(cascade: Cascade) -> None:
    """Write where the members of this cascade stand now."""
    tier_writing.write(cascade, {pk: way for pk, way in cascade.read[CHANGED].items() if way.climb is not None})


def look_again(cascade: Cascade) -> None:
    """Once the books are moved: where a refund let points go, they stay earned, and the tier follows that."""
    if cascade.brand.refunds == Refunds.OWED:
        return
    late = [member_id for member_id, way in cascade.read[CHANGED].items() if way.past is not None]
    if late and MemberTier.objects.filter(member__in=late).exists():
        look(late)


@transaction.atomic
def look(member_ids: Collection[int]) -> None:
    """Bring the tiers of these members up to now: what ended by itself, or follows from other terms, is recorded."""
    brand = Brand.current()
    if not compiled.of(brand):
        return
    cascade = Cascade.begin(brand, set(member_ids))
    follow(cascade, [], look_at=member_ids)
    cascade.run([])


def _starts(cascade: Cascade, editions: Editions) -> dict[int, datetime]:
    """From when on something moves, by member: the earliest own time of what is due, and of where it was before."""
    found: dict[int, datetime] = {}
    moved = scaling.moments(cascade)
    if editions:
        moved += [(due.member_id, due.at) for due in cascade.dues.values()]
        moved += _moved_lots(cascade)
    for member_id, at in moved:
        found[member_id] = min(at, found.get(member_id, at))
    return found


def _moved_lots(cascade: Cascade) -> list[tuple[int, datetime]]:
    """Where the awards are that may be given again at another time; a rule's award is of its activity's time."""
    lots: dict[str, tuple[int, datetime] | None] = cascade.read[f"{CHANGED}:lots"]  # type: ignore[assignment]
    new = [cause for cause in cascade.dues if not cause.startswith("rule:") and cause not in lots]
    if new:
        rows = Lot.objects.filter(cause__in=new).values_list("cause", "member_id", "at")
        lots |= dict.fromkeys(new) | {cause: (member_id, at) for cause, member_id, at in rows}
    return [lot for lot in lots.values() if lot is not None]


def _ways(cascade: Cascade, editions: Editions, starts: dict[int, datetime]) -> dict[int, Way]:
    """The ways of these members, each read once a cascade."""
    ways: dict[int, Way] = cascade.read[CHANGED]
    if new := [member_id for member_id in starts if member_id not in ways]:
        first = month_of(min(*(starts[one] for one in new), cascade.now), cascade.brand.zone) - editions.longest
        known = reading.known(new, first, scaling.kinds(cascade), scaling.heard(cascade))
        ways |= {member_id: Way(one) for member_id, one in known.items()}
    for member_id, start in starts.items():
        way = ways[member_id]
        way.start = min(start, way.start or start)
        if way.known.until is not None and way.known.until <= cascade.now:
            way.start = min(way.start, way.known.until)
    return {member_id: ways[member_id] for member_id in starts}


def _read_past(cascade: Cascade, editions: Editions, ways: dict[int, Way]) -> None:
    """Read what happened since, for whom that matters; from the beginning, where what is kept is not what follows."""
    late = {
        member_id: way.start
        for member_id, way in ways.items()
        if way.start is not None and (way.needs_past or not _as_kept(cascade, editions, way))
    }
    _read(cascade, ways, {pk: start for pk, start in late.items() if ways[pk].past_from != start})
    wrong = [pk for pk in late if not _as_kept(cascade, editions, ways[pk])]
    _read(cascade, ways, {pk: BEGINNING for pk in wrong if ways[pk].past_from != BEGINNING})
    for member_id in wrong:
        ways[member_id].start = BEGINNING


def _read(cascade: Cascade, ways: dict[int, Way], starts: dict[int, datetime]) -> None:
    if starts:
        for member_id, past in reading.past(starts, scaling.kinds(cascade), cascade.brand.zone).items():
            way = ways[member_id]
            way.past, way.past_from = past, starts[member_id]
            way.facts = dict.fromkeys(way.changes, False) | way.facts


def _months(way: Way) -> dict[int, int]:
    return way.past.months if way.past else way.known.months


def _level_before(editions: Editions, way: Way) -> str:
    """The tier held when the way begins, as it is kept; the lowest for who never left it."""
    assert way.start is not None
    if way.past is not None and way.past.before is not None:
        return way.past.before.level
    return way.level_known(editions) if way.past is None else lowest(editions, way.start)


def _as_kept(cascade: Cascade, editions: Editions, way: Way) -> bool:
    """Whether the tier that is kept is the one that follows from what was earned before the way begins."""
    assert way.start is not None
    before = way.start - INSTANT
    climb = Climb(editions, cascade.brand.zone, _months(way), before)
    rung = climb.rung()
    return (rung.slug if rung else "") == _level_before(editions, way)


def _climbed(cascade: Cascade, editions: Editions, member_id: int, way: Way) -> Climb:
    """Go the way through all that happened and is due, and say on it what the multiplied awards come to."""
    assert way.start is not None
    judged = scaling.judged(cascade, member_id, way.past, way.known)
    past = way.past or Past()
    said = {cause for cause, due in cascade.dues.items() if due.member_id == member_id} | judged.keys()
    gains = [Gain(lot.at, lot.points + lot.forgiven) for cause, lot in past.lots.items() if cause not in said]
    gains += [Gain(at, points) for at, points in past.adjusted]
    for due in cascade.dues.values():
        if due.member_id == member_id and due.cause not in judged:
            lot = past.lots.get(due.cause)
            gains.append(Gain(moment_of(due, lot), scaling.issued(due.points, lot)))
    gains += [Gain(one.activity.at, one.worth) for one in judged.values()]
    start = way.start
    if start == BEGINNING:
        start = min((gain.at for gain in gains), default=cascade.now)
    climb = Climb(editions, cascade.brand.zone, dict(_months(way)), start, _level_before(editions, way))
    climb.take(gains, cascade.now)
    return climb


def _record(cascade: Cascade, member_id: int, way: Way, activities: Sequence[Activity]) -> None:
    """Let each step be a fact of the site, and what is no step after all as if it had never been."""
    assert way.climb is not None
    steps = {(step.at, step.level): step for step in way.climb.steps}
    for key, step in steps.items():
        if way.facts.get(key) is not False:
            way.facts[key] = False
            _fact(cascade, member_id, step, activities)
    for key, void in list(way.facts.items()):
        if key not in steps and not void:
            way.facts[key] = True
            _fact(cascade, member_id, Step(key[0], "", key[1]), activities, void=True)


def _fact(cascade: Cascade, member_id: int, step: Step, by: Iterable[Activity], *, void: bool = False) -> None:
    causes = sorted(by, key=lambda activity: activity.member_id != member_id)
    cascade.record(
        member_id,
        CHANGED,
        f"{CHANGED}:{member_id}:{step.level}:{step.at.astimezone(UTC).isoformat()}",
        at=step.at,
        cause=causes[0] if causes else None,
        reference=step.level,
        data={"from": step.before, "to": step.level},
        void=void,
    )
