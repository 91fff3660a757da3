"""Bringing challenges forward by what happened: the way of each round of activities through all challenges.

Nothing here loops over all challenges, members or past activities: an index by kind names the challenges that listen,
one statement reads the participations concerned, and what is in order is counted on. What came late, or counts
differently than before, is counted again from the member's activities, so that the end is as if each activity had
always been as it is now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from challenges import compiled, outcome
from challenges.compiled import Plan, Programme
from challenges.foreseeing import participations
from challenges.journey import Gate, Journey
from challenges.models import Participation
from challenges.terms import Terms
from core.activities.cascade import Cascade
from core.activities.models import Activity
from core.earning import editions
from core.earning.past_tiers import PastTiers
from core.earning.tiering import CHANGED

Key = tuple[int, int]
STEPS = "challenges.steps"


def advance(cascade: Cascade, activities: Sequence[Activity]) -> None:
    """Let challenges follow from new and revised activities of members whose wallets are locked."""
    programme = compiled.programme(cascade.brand)
    heard = [
        (activity, activity.member_id, plans)
        for activity in activities
        if activity.member_id is not None and (plans := programme.listening(activity))
    ]
    if not heard:
        return
    members = {member_id for _activity, member_id, _plans in heard}
    tiers = _past_tiers(cascade, members, activities)
    listening = {plan for _activity, _member, plans in heard for plan in plans}
    journeys = Journeys(programme, participations(cascade, programme, members, listening), tiers)
    for activity, member_id, plans in heard:
        for plan in plans:
            journeys.of(member_id, plan).offer(activity, journeys.access(member_id))
    journeys.count_again({activity.pk: activity for activity in activities} | cascade.revised)
    outcome.settle(cascade, journeys.programme, journeys.changed())


def _past_tiers(cascade: Cascade, members: Collection[int], activities: Iterable[Activity]) -> PastTiers:
    """The tiers that these members held, read once a cascade if anybody asks; anew for whom a step came or went."""
    steps = cascade.read[STEPS]
    for activity in activities:
        if activity.type == CHANGED and activity.member_id is not None:
            steps.pop(activity.member_id, None)
            for plan in compiled.programme(cascade.brand).selective:
                cascade.show(activity.member_id, "challenge", slug=plan.slug)
    return PastTiers(editions.compiled.of(cascade.brand), members, steps)


class Journeys:
    """The journeys of some members in some challenges and those around them, from their participations."""

    def __init__(self, programme: Programme, rows: Sequence[Participation], tiers: PastTiers) -> None:
        self.tiers = tiers
        if not programme.knows(row.edition_id for row in rows):
            programme = compiled.read()  # somebody joined by terms that were published since
        self.programme = programme
        self._journeys: dict[Key, Journey] = {
            (row.member_id, row.challenge_id): Journey(programme.by_id[row.challenge_id], row.member_id, row)
            for row in rows
        }

    def of(self, member_id: int, plan: Plan) -> Journey:
        """The member's journey in that challenge, begun or not."""
        key = (member_id, plan.id)
        if key not in self._journeys:
            self._journeys[key] = Journey(plan, member_id, None)
        return self._journeys[key]

    def all(self) -> list[Journey]:
        """Every journey that was begun or looked at."""
        return list(self._journeys.values())

    def changed(self) -> list[Journey]:
        """The journeys that there is something to write for."""
        return [journey for journey in self._journeys.values() if journey.changed]

    def access(self, member_id: int) -> MemberAccess:
        """What the member's other journeys, and tiers, say of the terms of one."""
        return MemberAccess(self, member_id)

    def count_again(self, present: dict[int, Activity]) -> None:
        """Count from the beginning what came late or was revised, and what waits for a challenge whose end moved.

        `present` are the activities of this cascade by id, as they are now and may not have been saved yet.
        """
        queue = self._to_count_again()
        if not queue:
            return
        history = _history(queue, present)
        for journey in queue:
            if not journey.again and (mover := self._mover(journey)) is not None:
                journey.again, journey.trigger = True, mover.trigger
            if journey.again:
                journey.recount(history.get(journey.member_id, ()), self.access(journey.member_id))

    def _to_count_again(self) -> list[Journey]:
        """Those that must be counted again and those that may have to be, each after all that it waits for."""
        marked = [one for one in self._journeys.values() if one.again or one.completed_by != one.was_completed_by]
        wanted = {(one.member_id, one.plan.id): one for one in marked if one.again}
        for one in marked:
            for plan in self.programme.waiting_for([one.plan]):
                wanted[one.member_id, plan.id] = self.of(one.member_id, plan)
        return sorted(wanted.values(), key=lambda one: self.programme.depth[one.plan.id])

    def _mover(self, journey: Journey) -> Journey | None:
        """A challenge before this one whose completion moved in this round."""
        for slug in journey.plan.prerequisites:
            if (plan := self.programme.by_slug.get(slug)) is not None:
                other = self.of(journey.member_id, plan)
                if other.completed_by != other.was_completed_by:
                    return other
        return None


@dataclass(frozen=True, slots=True)
class MemberAccess:
    """Which challenges one member can begin or go on with, and since when."""

    journeys: Journeys
    member_id: int

    def gate(self, terms: Terms) -> Gate | None:
        """Since when the member may count activities by these terms: None while something is missing."""
        if not terms.after:
            return Gate()
        by_slug = self.journeys.programme.by_slug
        known = [by_slug[slug] for slug in terms.after if slug in by_slug]
        done = [self.journeys.of(self.member_id, plan).completed_by for plan in known]
        if len(done) < len(terms.after) or not all(done):
            return None
        moments = [completed for completed in done if completed]
        return Gate(max(at for at, _id in moments), frozenset(pk for _at, pk in moments))

    def is_for(self, terms: Terms, moment: datetime) -> bool:
        """Whether the member held one of the tiers that the terms ask for, if any, just before `moment`."""
        return not terms.audience or self.journeys.tiers.before(self.member_id, moment) in terms.audience


def _history(journeys: Sequence[Journey], present: dict[int, Activity]) -> dict[int, list[Activity]]:
    """All that happened of the kinds these journeys listen to and matters, by member, in the order of its own time."""
    kinds = {kind for journey in journeys for kind in journey.plan.kinds}
    members = {journey.member_id for journey in journeys}
    logged = Activity.objects.filter(member__in=members, type__in=kinds, status=Activity.Status.ACCEPTED)
    starts = [None if journey.plan.prerequisites else journey.since for journey in journeys]
    if all(starts):
        logged = logged.filter(at__gte=min(start for start in starts if start))
    found: dict[int, list[Activity]] = {}
    for activity in logged.order_by("at", "pk"):
        activity = present.get(activity.pk, activity)
        if not activity.void and activity.member_id is not None:
            found.setdefault(activity.member_id, []).append(activity)
    return found
