"""The laws of challenges and badges, as `audit` checks them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Count

from challenges.models import BadgeAward, Contribution, Edition, Participation
from challenges.outcome import cause
from challenges.terms import Terms
from core.audit import law
from core.ledger.models import Lot

CHUNK = 2000


@law("progress-is-contributions", "The progress of each participation is the sum of what counted for its tasks")
def progress_is_contributions() -> Iterator[str]:
    for rows in _participations():
        sums: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        facts = Contribution.objects.filter(participation__in=[row.pk for row in rows])
        for participation, task, quantity in facts.values_list("participation_id", "task", "quantity"):
            sums[participation][task] += quantity
        for row in rows:
            said = {task: quantity for task, quantity in row.progress.items() if quantity}
            if said != dict(sums[row.pk]):
                yield f"participation {row.pk} says {said} where {dict(sums[row.pk])} was counted"


@law("prize-is-paid-once", "Each completed challenge and each milestone reached has paid its prize, and no other has")
def prize_is_paid_once() -> Iterator[str]:
    terms = _terms()
    matched = 0
    for rows in _participations():
        due = {name: points for row in rows for name, points in _dues(row, terms[row.edition_id])}
        paid = dict(Lot.objects.filter(cause__in=list(due)).values_list("cause", "points"))
        matched += sum(points > 0 for points in paid.values())
        for name, points in due.items():
            if paid.get(name, 0) != points:
                yield f"{name} has paid {paid.get(name, 0)} where {points} is due"
    prizes = Lot.objects.filter(cause__startswith="challenge:", points__gt=0)
    if prizes.count() != matched:
        known = {name for rows in _participations() for row in rows for name, _ in _dues(row, terms[row.edition_id])}
        for name, points in prizes.order_by("pk").values_list("cause", "points").iterator():
            if name not in known:
                yield f"{name} has paid {points} where nobody takes part"


@law("badge-is-earned", "Whoever has completed a challenge with a badge has that badge, and nobody else")
def badge_is_earned() -> Iterator[str]:
    terms = _terms()
    earned: set[tuple[int, str]] = set()
    for rows in _participations():
        for row in rows:
            badge = terms[row.edition_id].prize_badge
            if row.completed and badge:
                earned.add((row.member_id, badge))
    held = set(BadgeAward.objects.live().values_list("member_id", "badge__slug"))
    for member, badge in sorted(earned - held):
        yield f"member {member} has earned the badge {badge} and does not have it"
    for member, badge in sorted(held - earned):
        yield f"member {member} has the badge {badge} without having earned it"


@law("badge-is-held-once", "Nobody has a badge twice")
def badge_is_held_once() -> Iterator[str]:
    held = BadgeAward.objects.live().order_by().values("member_id", "badge__slug")
    for row in held.annotate(times=Count("pk")).filter(times__gt=1):
        yield f"member {row['member_id']} has the badge {row['badge__slug']} {row['times']} times"


def _participations() -> Iterator[list[Participation]]:
    """All participations, a few thousand at a time."""
    last = 0
    while rows := list(Participation.objects.select_related("challenge").filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield rows
        last = rows[-1].pk


def _terms() -> dict[int, Terms]:
    return {edition.pk: edition.terms for edition in Edition.objects.all()}


def _dues(row: Participation, terms: Terms) -> Iterator[tuple[str, int]]:
    """What a participation has to have paid, by cause."""
    slug, member_id = row.challenge.slug, row.member_id
    yield cause(slug, member_id), terms.prize_points if row.completed else 0
    for task in terms.tasks:
        for stone in task.milestones:
            reached = row.progress.get(task.slug, 0) >= stone.at
            yield cause(slug, member_id, task.slug, stone.at), stone.points if reached else 0
