"""Writing what journeys came to: participations and contributions, one statement for each kind of change."""

from __future__ import annotations

from collections.abc import Sequence

from challenges.journey import Journey, Tally
from challenges.models import Contribution, Participation
from core import bulk

MOVING = ["progress", "state", "joined_at", "latest", "latest_at", "completed_at"]
Counted = dict[tuple[str, int], Contribution]


def write(journeys: Sequence[Journey]) -> list[Journey]:
    """Write the journeys and return those that moved; each statement is made once, however many journeys there are."""
    known = _known(journeys)
    moved = [one for one in journeys if _moves(one, known)]
    stale = [pk for one in moved if one.row is not None for pk in _stale(one, known.get(one.row.pk, {}))]
    gone = [one.row.pk for one in moved if one.row is not None and one.tally is None]
    old = [_written(one.row, one.tally) for one in moved if one.row is not None and one.tally is not None]
    new = [one for one in moved if one.row is None and one.tally is not None]
    for one in new:
        one.row = _begun(one)
    bulk.insert([one.row for one in new if one.row is not None])
    bulk.update(old, MOVING)
    bulk.delete(Contribution, stale)
    bulk.delete(Participation, gone)
    bulk.insert([fact for one in moved for fact in _fresh(one, known)], keys=False)
    return moved


def _known(journeys: Sequence[Journey]) -> dict[int, Counted]:
    """What the database holds as counted for the participations that were counted again, by their ids."""
    again = {one.row.pk: one.row for one in journeys if one.recounted and one.row is not None}
    found: dict[int, Counted] = {pk: {} for pk in again}
    if again:
        facts = Contribution.objects.filter(
            participation__member__in={row.member_id for row in again.values()},
            participation__challenge__in={row.challenge_id for row in again.values()},
        )
        for fact in facts:
            if fact.participation_id in found:
                found[fact.participation_id][fact.task, fact.activity_id] = fact
    return found


def _counted(journey: Journey) -> dict[tuple[str, int], int]:
    """How much which activity counts for which task, as far as this journey was just counted."""
    facts = journey.tally.counted if journey.tally else []
    return {(one.task, activity.pk): one.quantity for activity, one in facts}


def _moves(journey: Journey, known: dict[int, Counted]) -> bool:
    if journey.row is None:
        return journey.tally is not None
    if not journey.recounted:
        return True
    quantities = {key: fact.quantity for key, fact in known[journey.row.pk].items()}
    return journey.tally is None or quantities != _counted(journey) or journey.completed_by != journey.was_completed_by


def _stale(journey: Journey, known: Counted) -> list[int]:
    """The facts that no longer hold, or not with that quantity."""
    counted = _counted(journey)
    return [fact.pk for key, fact in known.items() if counted.get(key) != fact.quantity]


def _fresh(journey: Journey, known: dict[int, Counted]) -> list[Contribution]:
    """The facts to be added."""
    row = journey.row
    if row is None or journey.tally is None:
        return []
    before = {key: fact.quantity for key, fact in known.get(row.pk, {}).items()}
    return [
        bulk.new(Contribution, participation_id=row.pk, task=task, activity_id=activity_id, quantity=quantity)
        for (task, activity_id), quantity in _counted(journey).items()
        if before.get((task, activity_id)) != quantity
    ]


def _begun(journey: Journey) -> Participation:
    """The participation of a member who joined by an activity."""
    assert journey.tally is not None
    row = Participation(
        challenge_id=journey.plan.id,
        member_id=journey.member_id,
        edition_id=journey.tally.issue.id,
        how=Participation.How.AUTOMATIC,
    )
    return _written(row, journey.tally)


def _written(row: Participation, tally: Tally) -> Participation:
    row.joined_at = tally.joined_at
    row.progress = tally.progress
    row.latest_at, row.latest_id = tally.latest or (None, None)
    row.state = Participation.State.COMPLETED if tally.completed else Participation.State.JOINED
    row.completed_at = row.latest_at if tally.completed else None
    return row
