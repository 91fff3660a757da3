"""Writing where members stand after a cascade: the tier held, each step for ever, and a word to whom it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from core import bulk
from core.activities.cascade import Cascade
from core.brand.explanation import Explanation
from core.earning.editions import Editions, compiled
from core.earning.models import MemberTier, TierChange
from core.members import notices
from core.members.notices import Told

if TYPE_CHECKING:
    from core.earning.climbing import Step
    from core.earning.tiering import Way

UP = Explanation(gettext_noop("You have reached %(tier)s: %(points)s in the last months count."))
DOWN = Explanation(gettext_noop("You now hold %(tier)s: %(points)s in the last months count."))
BELOW = Explanation(gettext_noop("You no longer hold a tier: %(points)s in the last months count."))
NOT_AFTER_ALL = Explanation(gettext_noop("What counted for this was taken back, or something earlier came to light."))
CHANGED = "tier.changed"


def write(cascade: Cascade, ways: Mapping[int, Way]) -> None:
    """Write the standing of these members, a statement for each kind of row, and tell those whose tier is another."""
    editions = compiled.of(cascade.brand)
    changes: list[TierChange] = []
    new: list[MemberTier] = []
    moved: list[MemberTier] = []
    told: list[Told] = []
    for member_id, way in ways.items():
        if editions:
            cascade.show(member_id, "tier")
        found = _changes(cascade, editions, member_id, way)
        changes += found
        row = _row(member_id, way)
        if row is not None:
            (moved if row.pk else new).append(row)
        if found and way.climb and way.climb.level != way.level_known(editions):
            told.append(_told(editions, member_id, way, found[-1]))
    bulk.insert(changes)
    bulk.insert(new)
    bulk.update(moved, ["level", "since", "until"])
    if told:
        notices.tell(told)


def _changes(cascade: Cascade, editions: Editions, member_id: int, way: Way) -> list[TierChange]:
    """What is to be added to the history: first what did not happen after all, then what did."""
    assert way.climb is not None
    kept = way.changes
    gone = [
        TierChange(
            member_id=member_id,
            level=change.level,
            before=change.before,
            since=change.since,
            void=True,
            why=NOT_AFTER_ALL.stored(),
            posted_at=cascade.now,
        )
        for key, change in kept.items()
        if way.facts.get(key)
    ]
    came = [
        TierChange(
            member_id=member_id,
            level=step.level,
            before=step.before,
            since=step.at,
            why=why(editions, step).stored(),
            posted_at=cascade.now,
        )
        for step in way.climb.steps
        if (step.at, step.level) not in kept
    ]
    return gone + came


def why(editions: Editions, step: Step) -> Explanation:
    """What a step is told as."""
    ladder = editions.at(step.at)
    rungs = {rung.slug: rung for rung in ladder.rungs} if ladder else {}
    points = {"points": step.earned}
    if step.level not in rungs:
        return BELOW.with_values(points=points)
    rung, before = rungs[step.level], rungs.get(step.before)
    is_up = before is None or rung.from_points > before.from_points
    return (UP if is_up else DOWN).with_values(tier=rung.name, points=points)


def _row(member_id: int, way: Way) -> MemberTier | None:
    """The member's row as it shall be; None when there is nothing to write."""
    assert way.climb is not None
    climb, known = way.climb, way.known
    steps = climb.steps
    since = steps[-1].at if steps else known.since
    if not steps and way.past is not None:
        since = way.past.before.since if way.past.before else None
    if known.row is None and not steps:
        return None
    if (climb.level, since, climb.until) == (known.level, known.since, known.until):
        return None
    return MemberTier(pk=known.row, member_id=member_id, level=climb.level, since=since, until=climb.until)


def _told(editions: Editions, member_id: int, way: Way, last: TierChange) -> Told:
    assert way.climb is not None
    reference = f"{CHANGED}:{member_id}:{way.climb.level}:{last.since.isoformat()}:{last.posted_at.isoformat()}"
    explanation = last.explanation
    if last.void:
        rung = way.climb.rung()
        points = {"points": sum(way.climb.earned.values())}
        explanation = DOWN.with_values(tier=rung.name, points=points) if rung else BELOW.with_values(points=points)
    return Told(member_id, CHANGED, reference, explanation, url="/")
