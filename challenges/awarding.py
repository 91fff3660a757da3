"""Badges: whoever has completed a challenge that gives one has it, once, and nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_noop

from challenges.compiled import Programme
from challenges.journey import Journey
from challenges.models import Badge, BadgeAward, Participation
from core import bulk, live
from core.activities.cascade import Cascade

Key = tuple[int, str]
UNDONE = gettext_noop("The challenge that gave it is no longer completed.")
MOVED = gettext_noop("Something that had happened earlier arrived later, so it was earned at another time.")
EARNED = gettext_noop("New badge: %(badge)s")


def settle(cascade: Cascade, programme: Programme, finished: Sequence[Journey]) -> None:
    """Award and withdraw badges after these journeys came to an end, or came back from it."""
    concerned: dict[Key, Journey] = {}
    for journey in finished:
        for tally in (journey.before, journey.tally):
            if tally is not None and (badge := tally.terms.prize_badge) in programme.badges:
                concerned[journey.member_id, badge] = journey
    if not concerned:
        return
    badges = {slug: programme.badges[slug] for _member, slug in concerned}
    held = _held(_maybe_held(programme, concerned), badges)
    earned = _earned(programme, concerned, finished)
    lost = [(key, award) for key, award in held.items() if _by(award) != _by(earned.get(key))]
    won = {key: award for key, award in earned.items() if _by(award) != _by(held.get(key))}
    for key, award in lost:
        award.revoked_at, award.reason = cascade.now, MOVED if key in won else UNDONE
    bulk.update([award for _key, award in lost], ["revoked_at", "reason"])
    bulk.insert(list(won.values()), ignore_conflicts=True)
    for key, award in lost:
        _fact(cascade, key, award, concerned[key], void=True)
    for key, award in won.items():
        _fact(cascade, key, award, concerned[key], void=False)
        if key not in held:
            live.announce(key[0], EARNED, badge=badges[key[1]].name)
    for member_id in {member for member, _badge in [*(key for key, _award in lost), *won]}:
        cascade.show(member_id, "badges")


def _maybe_held(programme: Programme, concerned: dict[Key, Journey]) -> dict[Key, Journey]:
    """Those who may have the badge already: they had completed the challenge, or another one gives it too."""
    return {
        key: journey
        for key, journey in concerned.items()
        if journey.was_completed_by or len(programme.givers[key[1]]) > 1
    }


def _held(concerned: dict[Key, Journey], badges: dict[str, Badge]) -> dict[Key, BadgeAward]:
    """The awards that these members have now of these badges."""
    if not concerned:
        return {}
    slugs = {badge.pk: slug for slug, badge in badges.items()}
    awards = BadgeAward.objects.live().filter(member__in={member for member, _slug in concerned}, badge__in=slugs)
    found = {(award.member_id, slugs[award.badge_id]): award for award in awards}
    return {key: award for key, award in found.items() if key in concerned}


def _earned(programme: Programme, concerned: dict[Key, Journey], finished: Sequence[Journey]) -> dict[Key, BadgeAward]:
    """The awards that these members ought to have: by the first challenge completed that gives the badge."""
    ends: dict[Key, list[tuple[datetime, int, int]]] = {key: [] for key in concerned}
    for journey in finished:
        key = (journey.member_id, journey.terms.prize_badge or "")
        if journey.completed_by and key in ends:
            ends[key].append((*journey.completed_by, journey.plan.id))
    for key, end in _elsewhere(programme, concerned, finished):
        ends[key].append(end)
    return {
        (member, slug): _award(programme.badges[slug], member, *min(found))
        for (member, slug), found in ends.items()
        if found
    }


def _elsewhere(
    programme: Programme, concerned: dict[Key, Journey], finished: Sequence[Journey]
) -> list[tuple[Key, tuple[datetime, int, int]]]:
    """The ends of other challenges that give the same badges; a query only when there are such challenges."""
    shared = {slug for _member, slug in concerned if len(programme.givers[slug]) > 1}
    if not shared:
        return []
    givers = {pk for slug in shared for pk in programme.givers[slug]}
    just = {(journey.member_id, journey.plan.id) for journey in finished}
    rows = Participation.objects.filter(
        member__in={member for member, _slug in concerned}, challenge__in=givers, state=Participation.State.COMPLETED
    )
    found = []
    for row in rows:
        issue = programme.by_id[row.challenge_id].by_id.get(row.edition_id)
        key = (row.member_id, (issue.terms.prize_badge if issue else None) or "")
        if key in concerned and (row.member_id, row.challenge_id) not in just and row.latest_at and row.latest_id:
            found.append((key, (row.latest_at, row.latest_id, row.challenge_id)))
    return found


def _award(badge: Badge, member_id: int, at: datetime, activity_id: int, challenge_id: int) -> BadgeAward:
    return BadgeAward(
        badge=badge, member_id=member_id, challenge_id=challenge_id, activity_id=activity_id, earned_at=at
    )


def _by(award: BadgeAward | None) -> tuple[int, int] | None:
    """By what it was earned: two awards by the same are one."""
    return (award.challenge_id, award.activity_id) if award else None


def _fact(cascade: Cascade, key: Key, award: BadgeAward, journey: Journey, *, void: bool) -> None:
    member_id, slug = key
    cascade.record(
        member_id,
        "badge.earned",
        f"badge.earned:{slug}:{member_id}:{award.challenge_id}:{award.activity_id}",
        at=award.earned_at,
        cause=journey.moved_by,
        reference=slug,
        data=journey.marks,
        void=void,
    )
