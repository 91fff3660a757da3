"""Which friends qualified and what both sides are due, judged from the beginning by the terms frozen on joining."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db.models import Q

from core.activities.models import Activity
from core.ledger.rebuilding import Rebuilt, Worth, rebuilds
from referrals import caps
from referrals.models import Referral

Reward = Referral.Reward
State = Referral.State
GROUP = "referral"


@rebuilds(order=30)
def qualify(rebuilt: Rebuilt) -> Iterator[str]:
    """Judge the referrals of these members, on either side."""
    members = set(rebuilt.members)
    mine = Q(referrer__in=members) | Q(friend__in=members)
    referrals = list(Referral.objects.standing().filter(mine).select_related("referrer").order_by("pk"))
    ends = _ends(referrals)
    stored = {one.pk: (one.state, one.qualified_at, one.activity_id) for one in referrals}
    for one in referrals:
        fact = ends.get(one.pk)
        one.state = State.QUALIFIED if fact else State.JOINED
        one.qualified_at, one.activity = (fact.at, fact) if fact else (None, None)
        if one.referrer_id in members and stored[one.pk] != (one.state, one.qualified_at, one.activity_id):
            yield f"referral {one.pk}: {_told(*stored[one.pk])} where the activities say {_told(*_now(one))}"
        if one.friend_id in members and fact:
            yield from _of_friend(rebuilt, one)
    by_inviter: dict[int, list[Referral]] = defaultdict(list)
    for one in referrals:
        if one.referrer_id in members:
            by_inviter[one.referrer_id].append(one)
    for theirs in by_inviter.values():
        yield from _of_inviter(rebuilt, theirs)


def _ends(referrals: Iterable[Referral]) -> dict[int, Activity]:
    """The earliest fact by which each of these referrals qualifies."""
    waiting: dict[tuple[int, str], list[Referral]] = defaultdict(list)
    for one in referrals:
        waiting[one.friend_id, one.awaits].append(one)
    friends, kinds = {friend for friend, _kind in waiting}, {kind for _friend, kind in waiting}
    told = Activity.objects.counting().originals().filter(member__in=friends, type__in=kinds)
    found: dict[int, Activity] = {}
    for fact in sorted(told, key=lambda fact: (fact.at, fact.reference, fact.pk)):
        for one in waiting.get((fact.member_id or 0, fact.type), ()):
            if one.pk not in found and one.in_time(fact) and one.frozen.qualifying.met_by(fact):
                found[one.pk] = fact
    return found


def _of_friend(rebuilt: Rebuilt, one: Referral) -> Iterator[str]:
    terms = one.frozen
    rebuilt.worth[one.cause("friend")] = Worth(
        one.friend_id, terms.friend_points, terms.hold_days, one.qualified_at, f"{GROUP}:friend"
    )
    if one.friend_reward != Reward.EARNED:
        yield f"referral {one.pk}: the friend's reward is {one.friend_reward} where the activities say earned"


def _of_inviter(rebuilt: Rebuilt, theirs: list[Referral]) -> Iterator[str]:
    """What the inviter is due, the earliest friends of each period first where a cap counts them."""
    moments = {at for one in theirs if (at := one.qualified_at)}
    qualified = [one for one in theirs if one.qualified_at]
    for one, is_above in caps.judged(qualified, moments, rebuilt.brand.zone):
        # Who has left gets nothing from then on; whether they had left by then, only the referral itself knows.
        gone = one.referrer_reward == Reward.GONE and not is_above
        wanted = Reward.CAPPED if is_above else Reward.GONE if gone else Reward.EARNED
        if one.referrer_reward != wanted:
            yield f"referral {one.pk}: the inviter's reward is {one.referrer_reward} where the activities say {wanted}"
        if wanted == Reward.EARNED:
            terms = one.frozen
            rebuilt.worth[one.cause("referrer")] = Worth(
                one.referrer_id, terms.referrer_points, terms.hold_days, one.qualified_at, f"{GROUP}:referrer"
            )
        facts = rebuilt.facts if one.referrer.is_active and wanted == Reward.EARNED else rebuilt.possible
        facts.add(f"referral:{one.pk}:{one.activity_id}")


def _now(one: Referral) -> tuple[str, object, int | None]:
    return one.state, one.qualified_at, one.activity_id


def _told(state: str, at: object, activity_id: int | None) -> str:
    return f"{state} at {at} by activity {activity_id}" if activity_id else state
