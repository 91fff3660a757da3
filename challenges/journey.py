"""One member's way through one challenge, in memory: what was, what counts now, and the difference."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from challenges.combines import Counted, Progress, combine
from challenges.compiled import Issue, Plan
from challenges.models import Participation
from challenges.terms import Terms
from core.activities.models import Activity
from core.earning.tiering import CHANGED


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


class Access(Protocol):
    """What one member's way through other challenges, and up the ladder of tiers, says of this one."""

    def gate(self, terms: Terms) -> Gate | None:
        """Since when the member may count activities by these terms; None while something is missing."""

    def is_for(self, terms: Terms, moment: datetime) -> bool:
        """Whether what the member does at `moment` can begin a challenge of these terms."""


# In the data of what a challenge that counts challenges or badges caused. Such facts count for no challenge: two that
# counted each other would hold each other up when what began them is given back.
ABOVE = "above"
CAUSED = frozenset({"challenge.completed", "badge.earned"})


def _is_above(activity: Activity) -> bool:
    """Whether it is such a fact of the site; what a shop writes into the data of its events means nothing here."""
    return activity.type in CAUSED and bool(activity.data.get(ABOVE))


@dataclass(slots=True)
class Journey:
    """One member in one challenge: the `row` that the database holds, and the tally that shall replace it.

    `before` is the tally that the row came with. `trigger` is the activity of this round that moved it last. With
    `again` it has to be counted again, for which nothing that happened before `since` matters (None: all of it does).
    """

    plan: Plan
    member_id: int
    row: Participation | None
    before: Tally | None = None
    tally: Tally | None = None
    again: bool = False
    since: datetime | None = None
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

    def offer(self, activity: Activity, access: Access) -> None:
        """Take an activity that just arrived, or mark the journey to be counted again when it came late."""
        if activity.type == CHANGED and self._may_begin_otherwise(activity):
            self._mark(activity, None if self.tally else activity.at)
        if activity.type not in self.plan.kinds:
            return
        if activity.revised or self._is_late(activity):
            if self._matters(activity):
                self._mark(activity)
        elif not activity.void:
            begins = self.tally is None
            if self._take(activity, access):
                self.trigger = activity
                if begins and self.terms.audience:
                    # What happened later and could not begin it counts from now on.
                    self._mark(activity, activity.at)

    def _mark(self, activity: Activity, since: datetime | None = None) -> None:
        """Let it be counted again because of this activity, with what happened from `since` on."""
        if not self.again:
            self.since = since
        elif self.since is not None:
            self.since = min(self.since, since) if since else None
        self.again, self.trigger = True, activity

    def _may_begin_otherwise(self, step: Activity) -> bool:
        """Whether a step on the ladder, or that there was none, can change with which activity the member joined."""
        if not self.plan.selective or (self.row is not None and self.row.how == Participation.How.BY_HAND):
            return False
        return self.tally is None or step.at < self.tally.joined_at

    def recount(self, activities: Iterable[Activity], access: Access) -> None:
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
            self._take(activity, access)

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

    def _take(self, activity: Activity, access: Access) -> bool:
        if self.tally is not None and self.tally.completed:
            return False
        issue = self.plan.issue_for(activity)
        tally = self.tally or self._begun(issue, activity)
        if issue is None or tally is None:
            return False
        if not self._admits(tally.terms, activity, access):
            return False
        if self.tally is None and not access.is_for(tally.terms, activity.at):
            return False
        if not tally.take(activity):
            return False
        self.tally = tally
        return True

    def _begun(self, issue: Issue | None, activity: Activity) -> Tally | None:
        """A tally that begins with this activity: by the terms frozen on joining, else by those it is judged by."""
        if self.row is not None:
            return Tally(self.plan.by_id[self.row.edition_id], activity.at)
        return Tally(issue, activity.at) if issue is not None and issue.terms.automatic else None

    def _admits(self, terms: Terms, activity: Activity, access: Access) -> bool:
        if not terms.open_at(activity.at) or _is_above(activity):
            return False
        if self.row is not None and self.row.how == Participation.How.BY_HAND:
            return self.row.counts_from is None or activity.at >= self.row.counts_from
        opened = access.gate(terms)
        return opened is not None and opened.lets(activity)
