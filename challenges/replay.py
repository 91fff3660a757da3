"""Whether participations, progress and badges are what the recorded activities make of them, counted in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from challenges import compiled, foreseeing
from challenges.advancing import Journeys
from challenges.journey import Journey
from challenges.milestones import reached_with
from challenges.models import BadgeAward, Contribution
from challenges.outcome import cause
from core.earning import editions
from core.earning.past_tiers import PastTiers
from core.ledger.rebuilding import Rebuilt, Worth, rebuilds

End = tuple[datetime, int, int]


@rebuilds(order=20)
def count(rebuilt: Rebuilt) -> Iterator[str]:
    """Count all that these members did in all challenges, from the beginning, and say what prizes are due."""
    programme = compiled.read()
    # The steps on the ladder are facts of the log; whether they are the right ones is compared by who records them.
    tiers = PastTiers(editions.compiled.anew(), rebuilt.members)
    journeys = Journeys(programme, foreseeing.read(programme, rebuilt.members, programme.plans), tiers)
    for member_id in rebuilt.members:
        for plan in journeys.programme.plans:
            journeys.of(member_id, plan).again = True
    journeys.count_again({})
    counted = journeys.all()
    stored = _contributions(rebuilt.members)
    for journey in counted:
        yield from _compare(journey, stored)
        _prizes(rebuilt, journey)
    yield from _compare_badges(rebuilt, counted)


def _compare(journey: Journey, stored: dict[int, dict[tuple[str, int], int]]) -> Iterator[str]:
    name = f"member {journey.member_id}, challenge {journey.plan.slug}"
    before, now = journey.before, journey.tally
    if before is None or now is None or journey.row is None:
        if before is not now:
            yield f"{name}: {'takes part' if before else 'does not take part'}, which the activities do not say"
        return
    counted = {(one.task, activity.pk): one.quantity for activity, one in now.counted}
    for what, was, is_now in (
        ("progress", before.progress, now.progress),
        ("completed by", before.end, now.end),
        ("joined", before.joined_at, now.joined_at),
        ("what counted", stored.get(journey.row.pk, {}), counted),
    ):
        if was != is_now:
            yield f"{name}: {what} is {was} where the activities say {is_now}"


def _contributions(members: Sequence[int]) -> dict[int, dict[tuple[str, int], int]]:
    found: dict[int, dict[tuple[str, int], int]] = defaultdict(dict)
    facts = Contribution.objects.filter(participation__member__in=members)
    for row, task, activity, quantity in facts.values_list("participation_id", "task", "activity_id", "quantity"):
        found[row][task, activity] = quantity
    return found


def _prizes(rebuilt: Rebuilt, journey: Journey) -> None:
    """What the challenge and its milestones are worth to the member."""
    if (tally := journey.tally) is None:
        return
    slug, member_id, terms = journey.plan.slug, journey.member_id, tally.terms
    if tally.end:
        completed_at, activity_id = tally.end
        rebuilt.worth[cause(slug, member_id)] = Worth(member_id, terms.prize_points, at=completed_at, group="")
        rebuilt.facts.add(f"challenge.completed:{slug}:{member_id}:{activity_id}")
    for task in terms.tasks:
        counted = [(activity.at, one.quantity) for activity, one in tally.counted if one.task == task.slug]
        for stone in task.milestones:
            if at := reached_with(counted, stone.at):
                name = cause(slug, member_id, task.slug, stone.at)
                rebuilt.worth[name] = Worth(member_id, stone.points, at=at, group="")


def _compare_badges(rebuilt: Rebuilt, journeys: Sequence[Journey]) -> Iterator[str]:
    """Each badge is earned by the first of the challenges completed that give it."""
    ends: dict[tuple[int, str], list[End]] = defaultdict(list)
    for journey in journeys:
        if (end := journey.completed_by) and (badge := journey.terms.prize_badge):
            ends[journey.member_id, badge].append((*end, journey.plan.id))
    awards = BadgeAward.objects.live().filter(member__in=rebuilt.members).order_by("pk").select_related("badge")
    held = {
        (award.member_id, award.badge.slug): (award.earned_at, award.activity_id, award.challenge_id)
        for award in awards
    }
    for (member, badge), found in sorted(ends.items()):
        at, activity, challenge = min(found)
        rebuilt.facts.add(f"badge.earned:{badge}:{member}:{challenge}:{activity}")
        if (member, badge) not in held:
            yield f"member {member}: the badge {badge} is missing"
        elif held[member, badge] != (at, activity, challenge):
            yield f"member {member}: the badge {badge} was earned by activity {activity}, which it does not say"
    for member, badge in sorted(held.keys() - ends.keys()):
        yield f"member {member}: the badge {badge} was not earned"
