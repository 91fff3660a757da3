"""The laws of challenges and badges, as `audit` checks them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from challenges.combines import combine
from challenges.milestones import reached_with
from challenges.models import BadgeAward, Contribution, Edition, Participation
from challenges.outcome import cause
from challenges.tasks import task_kind
from challenges.terms import Terms
from core.audit import breaches, law
from core.ledger.models import Lot

CHUNK = 2000
_UNCOUNTED = """
    SELECT c.id, c.activity_id, c.participation_id FROM challenges_contribution c
    LEFT JOIN challenges_participation p ON p.id = c.participation_id
    LEFT JOIN activities_activity a ON a.id = c.activity_id
    WHERE p.id IS NULL OR a.id IS NULL OR a.member_id IS NULL OR a.member_id <> p.member_id OR a.void
        OR a.status <> 'accepted' ORDER BY c.id
"""
_TWICE = """
    SELECT w.member_id, b.slug, COUNT(*) FROM challenges_badgeaward w JOIN challenges_badge b ON b.id = w.badge_id
    WHERE w.revoked_at IS NULL GROUP BY w.member_id, b.slug HAVING COUNT(*) > 1 ORDER BY w.member_id, b.slug
"""
_UNFOUNDED = """
    SELECT w.id FROM challenges_badgeaward w LEFT JOIN challenges_participation p
        ON p.member_id = w.member_id AND p.challenge_id = w.challenge_id
    WHERE w.revoked_at IS NULL AND (p.id IS NULL OR p.state <> 'completed'
        OR p.latest_id <> w.activity_id OR p.latest_at <> w.earned_at) ORDER BY w.id
"""


@law("contribution-counts", "What counted for a challenge is a fact of the member's own that still counts")
def contribution_counts() -> Iterator[str]:
    return breaches(
        _UNCOUNTED, "contribution {0} counts activity {1} for participation {2}, which does not count there"
    )


@law("progress-is-contributions", "The progress of each participation is the sum of what counted for its tasks")
def progress_is_contributions() -> Iterator[str]:
    terms = _terms()
    for rows in _participations():
        facts = _facts(rows)
        for row in rows:
            if (kept := terms.get(row.edition_id)) is None or kept[0] != row.challenge_id:
                yield f"participation {row.pk} is by the terms of another challenge"
                continue
            yield from _wrong_progress(row, kept[1], facts[row.pk])


@law("prize-is-paid-once", "Each completed challenge and each milestone reached has paid its prize, and no other has")
def prize_is_paid_once() -> Iterator[str]:
    terms = _terms()
    matched = 0
    for rows in _participations():
        due = {name: points for row in rows for name, points in _dues(row, terms)}
        paid = dict(Lot.objects.filter(cause__in=list(due)).values_list("cause", "points"))
        matched += sum(points > 0 for points in paid.values())
        for name, points in due.items():
            if paid.get(name, 0) != points:
                yield f"{name} has paid {paid.get(name, 0)} where {points} is due"
    prizes = Lot.objects.filter(cause__startswith="challenge:", points__gt=0)
    if prizes.count() != matched:
        yield from _strays(terms)


@law("prize-has-its-moment", "Each prize counts from the moment in which what it is for was reached")
def prize_has_its_moment() -> Iterator[str]:
    terms = _terms()
    for rows in _participations():
        facts = _facts(rows)
        moments = {name: at for row in rows for name, at in _moments(row, terms, facts[row.pk])}
        lots = Lot.objects.filter(cause__in=list(moments), points__gt=0)
        for name, at in lots.order_by("pk").values_list("cause", "at"):
            if at != moments[name]:
                yield f"{name} counts from {at} where it was reached at {moments[name]}"


@law("badge-is-earned", "Whoever has completed a challenge with a badge has that badge, and nobody else")
def badge_is_earned() -> Iterator[str]:
    terms = _terms()
    last = 0
    while members := _members_after(last):
        within = {"member__gt": last, "member__lte": members[-1]}
        earned = {
            (row.member_id, badge)
            for row in Participation.objects.filter(state=Participation.State.COMPLETED, **within)
            if row.edition_id in terms and (badge := terms[row.edition_id][1].prize_badge)
        }
        held = set(BadgeAward.objects.live().filter(**within).values_list("member_id", "badge__slug"))
        for member, badge in sorted(earned - held):
            yield f"member {member} has earned the badge {badge} and does not have it"
        for member, badge in sorted(held - earned):
            yield f"member {member} has the badge {badge} without having earned it"
        last = members[-1]


@law("badge-has-its-cause", "Each badge rests on the activity that completed its challenge")
def badge_has_its_cause() -> Iterator[str]:
    return breaches(_UNFOUNDED, "badge award {0} rests on what did not complete its challenge")


@law("badge-is-held-once", "Nobody has a badge twice")
def badge_is_held_once() -> Iterator[str]:
    return breaches(_TWICE, "member {0} has the badge {1} {2} times")


KnownTerms = dict[int, tuple[int, Terms]]


@dataclass(frozen=True, slots=True)
class _Fact:
    """What counted for a task, with the activity that did."""

    task: str
    quantity: int
    activity_id: int
    at: datetime
    type: str
    left: int


def _participations() -> Iterator[list[Participation]]:
    """All participations, a few thousand at a time."""
    last = 0
    while rows := list(Participation.objects.select_related("challenge").filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield rows
        last = rows[-1].pk


def _members_after(last: int) -> list[int]:
    """The next few thousand members who take part or have a badge, in order."""
    taking = Participation.objects.filter(member__gt=last).order_by("member").values_list("member_id", flat=True)
    having = BadgeAward.objects.filter(member__gt=last).order_by("member").values_list("member_id", flat=True)
    return sorted({*taking.distinct()[:CHUNK], *having.distinct()[:CHUNK]})[:CHUNK]


def _terms() -> KnownTerms:
    """The challenge and the terms of every edition."""
    return {edition.pk: (edition.challenge_id, edition.terms) for edition in Edition.objects.all()}


def _facts(rows: list[Participation]) -> dict[int, list[_Fact]]:
    found: dict[int, list[_Fact]] = defaultdict(list)
    facts = Contribution.objects.filter(participation__in=[row.pk for row in rows]).values_list(
        "participation_id",
        "task",
        "quantity",
        "activity_id",
        "activity__at",
        "activity__type",
        "activity__amount",
        "activity__taken_back",
    )
    for participation, task, quantity, activity, at, type_, amount, taken_back in facts.order_by():
        left = (amount or 0) - taken_back
        found[participation].append(_Fact(task, quantity, activity, at, type_, left))
    return found


def _wrong_progress(row: Participation, terms: Terms, facts: list[_Fact]) -> Iterator[str]:
    sums: dict[str, int] = defaultdict(int)
    for fact in facts:
        sums[fact.task] += fact.quantity
    said = {task: quantity for task, quantity in row.progress.items() if quantity}
    if said != dict(sums):
        yield f"participation {row.pk} says {said} where {dict(sums)} was counted"
    tasks = {task.slug: task for task in terms.tasks}
    for fact in facts:
        task = tasks.get(fact.task)
        if task is None or task.activity != fact.type or fact.quantity > task_kind(task.kind).quantity(fact):
            yield f"participation {row.pk} counts {fact.quantity} of activity {fact.activity_id} for {fact.task}"
    if row.completed != combine(terms.combine).complete(terms, dict(row.progress)):
        yield f"participation {row.pk} is {row.state}, which its progress does not say"
    latest = max(((fact.at, fact.activity_id) for fact in facts), default=(None, None))
    if (row.latest_at, row.latest_id) != latest or row.completed_at != (row.latest_at if row.completed else None):
        yield f"participation {row.pk} does not end with the last activity that counted"
    first = min((fact.at for fact in facts), default=None)
    by_itself = row.how == Participation.How.AUTOMATIC
    if by_itself != terms.automatic or (by_itself and first != row.joined_at):
        yield f"participation {row.pk} does not begin as its terms say"


def _dues(row: Participation, known: KnownTerms) -> Iterator[tuple[str, int]]:
    """What a participation has to have paid, by cause."""
    if row.edition_id not in known:
        return
    terms = known[row.edition_id][1]
    slug, member_id = row.challenge.slug, row.member_id
    yield cause(slug, member_id), terms.prize_points if row.completed else 0
    for task in terms.tasks:
        for stone in task.milestones:
            reached = row.progress.get(task.slug, 0) >= stone.at
            yield cause(slug, member_id, task.slug, stone.at), stone.points if reached else 0


def _moments(row: Participation, known: KnownTerms, facts: list[_Fact]) -> Iterator[tuple[str, datetime]]:
    """When each prize of a participation was reached, by cause."""
    if row.edition_id not in known:
        return
    slug, member_id = row.challenge.slug, row.member_id
    if row.completed_at:
        yield cause(slug, member_id), row.completed_at
    in_order = sorted(facts, key=lambda fact: (fact.at, fact.activity_id))
    for task in known[row.edition_id][1].tasks:
        counted = [(fact.at, fact.quantity) for fact in in_order if fact.task == task.slug]
        for stone in task.milestones:
            if at := reached_with(counted, stone.at):
                yield cause(slug, member_id, task.slug, stone.at), at


def _strays(known: KnownTerms) -> Iterator[str]:
    """The prizes of which nobody's participation tells, a few thousand looked at a time."""
    last = 0
    prizes = Lot.objects.filter(cause__startswith="challenge:", points__gt=0).order_by("pk")
    while lots := list(prizes.filter(pk__gt=last).values_list("pk", "cause", "points", "member_id")[:CHUNK]):
        rows = Participation.objects.select_related("challenge").filter(member__in={lot[3] for lot in lots})
        due = {name for row in rows for name, _points in _dues(row, known)}
        for _pk, name, points, _member in lots:
            if name not in due:
                yield f"{name} has paid {points} where nobody takes part"
        last = lots[-1][0]
