"""What follows when journeys moved: progress written, prizes and badges settled, and shown to whoever looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext_noop

from challenges import awarding, writing
from challenges.combines import Counted
from challenges.compiled import Programme
from challenges.journey import Journey
from challenges.milestones import reached_with
from core import live
from core.activities.cascade import Cascade
from core.activities.models import Activity
from core.brand.explanation import Explanation
from core.ledger.due import Due
from core.ledger.models import Reason

PRIZE = Explanation(gettext_noop("The prize for completing the challenge %(challenge)s."))
ON_THE_WAY = Explanation(gettext_noop("A prize on the way in the challenge %(challenge)s: %(task)s."))
UNDONE = Explanation(gettext_noop("The challenge %(challenge)s is no longer completed, so its prize was taken back."))
STEPPED_BACK = Explanation(
    gettext_noop("The task %(task)s of the challenge %(challenge)s is no longer that far, so its prize was taken back.")
)
COMPLETED = gettext_noop("Challenge completed: %(challenge)s")
FIRST_ROUND = 1


def settle(cascade: Cascade, programme: Programme, journeys: Sequence[Journey]) -> None:
    """Write what the journeys came to and let everything follow: dues, badges, the site's own facts, live fragments."""
    if not journeys:
        return
    moved = writing.write(journeys)
    finished = [one for one in moved if one.completed_by != one.was_completed_by]
    for journey in moved:
        _milestones(cascade, journey)
        cascade.show(journey.member_id, "challenge", slug=journey.plan.slug)
    for journey in finished:
        _prize(cascade, journey)
        _facts(cascade, journey)
        for plan in programme.behind.get(journey.plan.slug, ()):
            cascade.show(journey.member_id, "challenge", slug=plan.slug)
    awarding.settle(cascade, programme, finished)


def cause(slug: str, member_id: int, *parts: object) -> str:
    """The name for ever of a prize: of a challenge, or with `parts` of a milestone in it."""
    return ":".join(["challenge", slug, str(member_id), str(FIRST_ROUND), *map(str, parts)])


def _prize(cascade: Cascade, journey: Journey) -> None:
    """Settle the prize: it is of the moment in which the challenge was completed."""
    done = journey.completed_by is not None
    terms = journey.terms
    if terms.prize_points or (journey.before and journey.before.terms.prize_points):
        explanation = (PRIZE if done else UNDONE).with_values(challenge=terms.title)
        points = terms.prize_points if done else 0
        _due(cascade, journey, cause(journey.plan.slug, journey.member_id), points, explanation, journey.moved_by)


def _milestones(cascade: Cascade, journey: Journey) -> None:
    """Settle the prizes on the way whose point was passed, in one direction or the other, or at another moment."""
    before = journey.before.progress if journey.before else {}
    terms = journey.terms
    for task in terms.tasks:
        was = before.get(task.slug, 0)
        counted = [(activity, one.quantity) for activity, one in _counted(journey) if one.task == task.slug]
        for stone in task.milestones:
            if was >= stone.at and not journey.recounted:
                continue
            by = reached_with(counted, stone.at, 0 if journey.recounted else was)
            if by is None and was < stone.at:
                continue
            explanation = (ON_THE_WAY if by else STEPPED_BACK).with_values(challenge=terms.title, task=task.title)
            name = cause(journey.plan.slug, journey.member_id, task.slug, stone.at)
            _due(cascade, journey, name, stone.points if by else 0, explanation, by or journey.moved_by)


def _counted(journey: Journey) -> list[tuple[Activity, Counted]]:
    return journey.tally.counted if journey.tally else []


def _due(
    cascade: Cascade, journey: Journey, name: str, points: int, explanation: Explanation, activity: Activity
) -> None:
    assert journey.trigger is not None
    cascade.due(
        Due(
            member_id=journey.member_id,
            cause=name,
            points=points,
            reason=Reason.PRIZE,
            explanation=replace(explanation, thing=journey.terms.title),
            at=activity.at,
            activity_id=activity.pk,
            root=activity.root or journey.trigger.root,
        )
    )


def _facts(cascade: Cascade, journey: Journey) -> None:
    """Record that the challenge was completed by that activity, or that it was not after all."""
    for end, void in ((journey.was_completed_by, True), (journey.completed_by, False)):
        if end is None:
            continue
        at, activity_id = end
        cascade.record(
            journey.member_id,
            "challenge.completed",
            f"challenge.completed:{journey.plan.slug}:{journey.member_id}:{activity_id}",
            at=at,
            cause=journey.moved_by,
            reference=journey.plan.slug,
            data=journey.marks,
            void=void,
        )
    if journey.completed_by and not journey.was_completed_by and not journey.terms.prize_badge:
        live.announce(journey.member_id, COMPLETED, challenge=journey.terms.title)
