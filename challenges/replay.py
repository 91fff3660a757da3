"""Whether participations, progress and badges are what the recorded activities make of them, counted in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from challenges import compiled
from challenges.advancing import Journeys
from challenges.compiled import Programme
from challenges.journey import Journey
from challenges.models import BadgeAward
from core.brand.models import Brand
from core.members.models import Member

CHUNK = 200


def differences() -> Iterator[str]:
    """One sentence for each thing that is not as the activities and the terms say; writes nothing.

    Members are taken in groups, so the memory it needs does not grow with them.
    """
    programme = compiled.programme(Brand.current())
    last = 0
    while members := list(Member.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        yield from _of(members, programme)
        last = members[-1]


def _of(members: Sequence[int], programme: Programme) -> Iterator[str]:
    journeys = Journeys(programme, members, programme.plans)
    for member_id in members:
        for plan in programme.plans:
            journeys.of(member_id, plan).again = True
    journeys.count_again({})
    counted = journeys.all()
    for journey in counted:
        yield from _of_journey(journey)
    yield from _of_badges(members, counted)


def _of_journey(journey: Journey) -> Iterator[str]:
    name = f"member {journey.member_id}, challenge {journey.plan.slug}"
    before, now = journey.before, journey.tally
    if before is None or now is None:
        if before is not now:
            yield f"{name}: {'takes part' if before else 'does not take part'}, which the activities do not say"
        return
    said = ("progress", before.progress, now.progress), ("completed by", before.end, now.end)
    for what, was, counted in said:
        if was != counted:
            yield f"{name}: {what} is {was} where the activities say {counted}"


def _of_badges(members: Sequence[int], journeys: Sequence[Journey]) -> Iterator[str]:
    earned = {(one.member_id, one.terms.prize_badge) for one in journeys if one.completed_by and one.terms.prize_badge}
    held = set(BadgeAward.objects.live().filter(member__in=members).values_list("member_id", "badge__slug"))
    for member, badge in sorted(earned - held):
        yield f"member {member}: the badge {badge} is missing"
    for member, badge in sorted(held - earned):
        yield f"member {member}: the badge {badge} was not earned"
