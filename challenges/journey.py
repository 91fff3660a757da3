"""One member's way through one challenge, in memory: what was, what counts now, and the difference."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from challenges.combines import Counted, Progress, combine
from challenges.compiled import Issue, Plan
from challenges.models import Participation
from challenges.terms import Terms
from core.activities.models import Activity


@dataclass(slots=True)
class Tally:
    """The state that follows from activities taken in the order of their own time."""

    issue: Issue
    joined_at: datetime
    progress: Progress = field(default_factory=dict)
    counted: list[tuple[Activity, Counted]] = field(default_factory=list)
    latest: tuple[datetime, int] | None = None
    completed: bool = False
    completing: Activity | None = None

    @property
    def terms(self) -> Terms:
        return self.issue.terms

    @property
    def end(self) -> tuple[datetime, int] | None:
        """Own time and id of the activity that completes it."""
        return self.latest if self.completed else None

    def take(self, activity: Activity) -> bool:
        """Count one activity, later than all before it; False when it changes nothing."""
        if self.completed:
            return False
        way = combine(self.terms.combine)
        counted = way.count(self.terms, self.progress, activity)
        if not counted:
            return False
        self.counted += [(activity, one) for one in counted]
        self.latest = (activity.at, activity.pk)
        if way.complete(self.terms, self.progress):
            self.completed, self.completing = True, activity
        return True


@dataclass(frozen=True, slots=True)
class Gate:
    """When the challenges before this one were completed, and by which activities, which count only there."""

    opened_at: datetime | None = None
    spent: frozenset[int] = frozenset()

    def lets(self, activity: Activity) -> bool:
        """Whether the activity happened from then on."""
        return activity.pk not in self.spent and (self.opened_at is None or activity.at >= self.opened_at)


GateOf = Callable[[Terms], Gate | None]
# In the data of what a challenge that counts challenges or badges caused. Such facts count for no challenge: two that
# counted each other would hold each other up when what began them is given back.
ABOVE = "above"
CAUSED = frozenset({"challenge.completed", "badge.earned"})


@dataclass(slots=True)
class Journey:
    """One member in one challenge: the `row` that the database holds, and the tally that shall replace it.

    `before` is the tally that the row came with. `trigger` is the activity of this round that moved it last.
    """

    plan: Plan
    member_id: int
    row: Participation | None
    before: Tally | None = None
    tally: Tally | None = None
    again: bool = False
    recounted: bool = False
    trigger: Activity | None = None

    def __post_init__(self) -> None:
        if self.row is not None:
            self.before, self.tally = self._tally_of(self.row), self._tally_of(self.row)

    def _tally_of(self, row: Participation) -> Tally:
        latest = (row.latest_at, row.latest_id) if row.latest_at and row.latest_id else None
        return Tally(self.plan.by_id[row.edition_id], row.joined_at, dict(row.progress), [], latest, row.completed)

    @property
    def terms(self) -> Terms:
        """The terms that hold for the member, or held while there was a participation."""
        tally = self.tally or self.before
        return tally.terms if tally else self.plan.latest.terms

    @property
    def marks(self) -> dict[str, Any]:
        """What the facts that it causes carry as data."""
        return {ABOVE: True} if self.terms.kinds & CAUSED else {}

    @property
    def moved_by(self) -> Activity:
        """The activity behind the state now: the one that completes the challenge, else the last that moved it."""
        assert self.trigger is not None
        completing = self.tally.completing if self.tally else None
        if completing is not None:
            completing.root = completing.root or self.trigger.root
        return completing or self.trigger

    @property
    def completed_by(self) -> tuple[datetime, int] | None:
        """Own time and id of the activity that completes it, as counted now."""
        return self.tally.end if self.tally else None

    @property
    def was_completed_by(self) -> tuple[datetime, int] | None:
        """The same, as the database had it."""
        return self.before.end if self.before else None

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return self.recounted or bool(self.tally and self.tally.counted)

    def offer(self, activity: Activity, gate: GateOf) -> None:
        """Take an activity that just arrived, or mark the journey to be counted again when it came late."""
        if activity.revised or self._is_late(activity):
            if self._matters(activity):
                self.again, self.trigger = True, activity
        elif not activity.void and self._take(activity, gate):
            self.trigger = activity

    def recount(self, activities: Iterable[Activity], gate: GateOf) -> None:
        """Count from the beginning: all that the member ever did, in the order of its own time."""
        row = self.row
        self.recounted = True
        self.tally = None
        if row is not None and row.how == Participation.How.BY_HAND:
            self.tally = Tally(self.plan.by_id[row.edition_id], row.joined_at)
        for activity in activities:
            if activity.void or activity.type not in self.plan.kinds:
                continue
            if self.tally is not None and self.tally.completed:
                break
            self._take(activity, gate)

    def _is_late(self, activity: Activity) -> bool:
        """Whether something that happened later has counted already."""
        latest = self.tally.latest if self.tally else None
        return latest is not None and (activity.at, activity.pk) <= latest

    def _matters(self, activity: Activity) -> bool:
        """Whether an activity that is late, or counts differently than before, can change anything."""
        if self.row is None:
            return not activity.void
        latest = self.was_completed_by
        return latest is None or (activity.at, activity.pk) <= latest

    def _take(self, activity: Activity, gate: GateOf) -> bool:
        if self.tally is not None and self.tally.completed:
            return False
        issue = self.plan.issue_for(activity)
        tally = self.tally or self._begun(issue, activity)
        if issue is None or tally is None:
            return False
        if not self._admits(tally.terms, activity, gate) or not tally.take(activity):
            return False
        self.tally = tally
        return True

    def _begun(self, issue: Issue | None, activity: Activity) -> Tally | None:
        """A tally that begins with this activity: by the terms frozen on joining, else by those it is judged by."""
        if self.row is not None:
            return Tally(self.plan.by_id[self.row.edition_id], activity.at)
        return Tally(issue, activity.at) if issue is not None and issue.terms.automatic else None

    def _admits(self, terms: Terms, activity: Activity, gate: GateOf) -> bool:
        if not terms.open_at(activity.at) or activity.data.get(ABOVE):
            return False
        if self.row is not None and self.row.how == Participation.How.BY_HAND:
            return self.row.counts_from is None or activity.at >= self.row.counts_from
        opened = gate(terms)
        return opened is not None and opened.lets(activity)
