"""Awards that depend on how the member stood: judged on the way up and down the ladder, each at its own moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from core.activities.cascade import Cascade
from core.activities.models import Activity
from core.earning.calculations import Award, Standing
from core.earning.climbing import Climb
from core.earning.terms import Terms, compiled
from core.ledger.due import Due
from core.ledger.models import Lot, Reason

if TYPE_CHECKING:
    from core.earning.reading import Known, Past

JUDGED, HEARD, PRESENT = "earning.judged", "earning.heard", "earning.present"


Tell = Callable[["Judged", Award], None]


@dataclass(slots=True)
class Judged:
    """One activity of one member by one rule that looks at the standing; `tell` says to whom it matters what it gives.

    `lot` is what it gave before.
    """

    tell: Tell
    terms: Terms
    member_id: int
    activity: Activity
    group: str = ""
    streak: int = 1
    lot: Lot | None = None

    def worth(self, climb: Climb) -> int:
        """What it gives to a member who has come so far; says so to whom it matters."""
        ladder = climb.editions.of_version(self.activity.version)
        rung = climb.rung(ladder) if ladder else None
        standing = Standing(earned=sum(climb.earned.values()), streak=self.streak)
        if rung is not None:
            standing = Standing(standing.earned, rung.slug, rung.name, rung.multiplier, self.streak)
        award = self.terms.award_by_standing(self.activity, standing)
        self.tell(self, award)
        return issued(award.points, self.lot)


def issued(points: int, lot: Lot | None) -> int:
    """What stays earned of a cause that is worth `points`: what the brand let go once is not taken back later."""
    if lot is None:
        return points
    return max(points, lot.points + lot.forgiven) if points >= lot.points else points + lot.forgiven


def due(terms: Terms, member_id: int, activity: Activity, award: Award, group: str) -> Due:
    """What a rule gives for an activity, as the books are told."""
    return Due(
        member_id=member_id,
        cause=cause_of(terms, activity),
        points=award.points,
        reason=Reason.EARNED,
        explanation=award.explanation,
        at=activity.at,
        activity_id=activity.pk,
        root=activity.root or activity.pk,
        hold_days=terms.rule.pending_days,
        group=group,
        first=activity.new,
    )


def cause_of(terms: Terms, activity: Activity) -> str:
    """The name for ever of what a rule gives for an activity."""
    return f"rule:{terms.rule.slug}:{activity.pk}"


def take(cascade: Cascade, terms: Terms, member_id: int, activity: Activity, group: str, *, granted: bool) -> None:
    """Let what this rule gives be judged by the standing; `granted` is whether limit and facts give anything at all."""
    of_member = cascade.read[JUDGED].setdefault(member_id, {})
    if granted:
        of_member[cause_of(terms, activity)] = Judged(_to_the_books(cascade), terms, member_id, activity, group)
    else:
        of_member.pop(cause_of(terms, activity), None)


def _to_the_books(cascade: Cascade) -> Tell:
    def tell(one: Judged, award: Award) -> None:
        cascade.due(due(one.terms, one.member_id, one.activity, award, one.group))

    return tell


def hear(cascade: Cascade, activities: Sequence[Activity]) -> None:
    """Keep the activities as they are now: what is read of the log may not have them yet."""
    wanted = kinds(cascade)
    for activity in activities:
        if activity.type in wanted and activity.member_id is not None:
            cascade.read[HEARD].setdefault(activity.member_id, {})[activity.pk] = activity


def heard(cascade: Cascade) -> list[int]:
    """The ids of all activities that were heard in this cascade."""
    return [pk for of_member in cascade.read[HEARD].values() for pk in of_member]


def waits(cascade: Cascade) -> bool:
    """Whether there is anything to be judged by the standing."""
    return bool(cascade.read[JUDGED] or cascade.read[HEARD])


def moments(cascade: Cascade) -> list[tuple[int, datetime]]:
    """Whose standing matters from when on: the members and own times of what was heard."""
    return [
        (member_id, activity.at) for member_id, of_one in cascade.read[HEARD].items() for activity in of_one.values()
    ]


def kinds(cascade: Cascade) -> set[str]:
    """The kinds of activity that some rule judges by the standing."""
    return {kind for kind, rules in compiled.of(cascade.brand).items() if any(terms.by_standing for terms in rules)}


def judged(cascade: Cascade, member_id: int, past: Past | None, known: Known) -> dict[str, Judged]:
    """All of the member's awards that have to be judged by the standing, by cause: new ones, and those after them."""
    found: dict[str, Judged] = dict(cascade.read[JUDGED].get(member_id, {}))
    if past is not None:
        found = {cause_of(one.terms, one.activity): one for one in _again(cascade, member_id, past)} | found
    zone = ZoneInfo(known.time_zone) if known.time_zone else cascade.brand.zone
    for cause, one in found.items():
        one.lot = past.lots.get(cause) if past else None
        if one.terms.streak:
            happened = _present(cascade, member_id, one.activity.type)
            one.streak = one.terms.streak.length(one.activity.at, happened, zone)
    return found


def _again(cascade: Cascade, member_id: int, past: Past) -> Iterable[Judged]:
    """What was judged before and may come to something else now; a limit's choice is not made again here."""
    of_member = cascade.read[HEARD].get(member_id, {})
    root = next((activity.root for activity in of_member.values()), None)
    rules = compiled.of(cascade.brand)
    for activity in past.activities:
        if activity.pk in of_member or not activity.counts:
            continue
        activity.root = activity.root or root
        for terms in rules.get(activity.type, ()):
            if not terms.by_standing or not terms.rule.holds_for(activity):
                continue
            lot = past.lots.get(cause_of(terms, activity))
            if terms.limit is None or (lot is not None and lot.points):
                yield Judged(_to_the_books(cascade), terms, member_id, activity, lot.group if lot else "")


def read(cascade: Cascade, starts: Mapping[int, datetime]) -> None:
    """Read when something happened that streaks count, for these members and from then on (one statement, if any)."""
    streaks = {
        kind: [terms.streak for terms in rules if terms.streak] for kind, rules in compiled.of(cascade.brand).items()
    }
    wanted = {kind for kind, found in streaks.items() if found}
    members = [member_id for member_id in starts if cascade.read[HEARD].get(member_id)]
    if not wanted or not members:
        return
    first = min(starts[member_id] for member_id in members)
    reach = min(streak.reach(first) for kind in wanted for streak in streaks[kind])
    log = Activity.objects.counting().originals().filter(member__in=members, type__in=wanted, at__gte=reach)
    found: dict[int, dict[str, list[datetime]]] = defaultdict(lambda: defaultdict(list))
    for member_id, kind, at in log.values_list("member_id", "type", "at"):
        found[member_id][kind].append(at)
    cascade.read[PRESENT].update(found)


def _present(cascade: Cascade, member_id: int, kind: str) -> list[datetime]:
    return cascade.read[PRESENT].get(member_id, {}).get(kind, [])
