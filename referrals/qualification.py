"""When an invited friend qualifies, and no longer does: both sides are judged by the terms frozen at joining.

A referral qualifies by the earliest fact, by its own time, that meets its terms. Whatever is told late, given back or
told again, the outcome is what it would be had everything been told in order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core import bulk
from core.activities.cascade import Cascade
from core.activities.models import Activity
from core.brand.explanation import Explanation
from core.ledger.due import Due
from core.ledger.models import Reason
from referrals import caps, wording
from referrals.models import Referral

Reward = Referral.Reward
State = Referral.State
MOVING = ["state", "qualified_at", "activity", "referrer_reward", "friend_reward", "why"]
GROUP = "referral"
FACT = "referral.qualified"


@dataclass(slots=True)
class _Move:
    """A referral whose qualifying fact changes: by what it qualified before, and which fact of this round caused it."""

    referral: Referral
    before: Activity | None
    before_at: datetime | None
    by: Activity


def qualify(cascade: Cascade, activities: Sequence[Activity]) -> None:
    """Judge the referrals of the friends behind these activities again, and settle what both sides are due.

    At most four statements, however many activities; none for members who were looked at before in this cascade.
    """
    facts: dict[int, list[Activity]] = defaultdict(list)
    for activity in activities:
        if activity.member_id:
            facts[activity.member_id].append(activity)
    touched = [
        (referral, by)
        for referral in _referrals_of(cascade, facts)
        if (by := _may_move(referral, facts[referral.friend_id]))
    ]
    moves = _moved(touched) if touched else []
    if moves:
        _settle(cascade, moves)


def foresee(cascade: Cascade, member_ids: Collection[int], kinds: Collection[str]) -> None:
    """Ask ahead for the referrals by which these members came."""
    if member_ids:
        cascade.foreseen[FACT] = frozenset(member_ids), _ask(member_ids)


def _ask(friend_ids: Collection[int]) -> bulk.Ahead[Referral]:
    return bulk.ahead(Referral, "friend_id {}", friend_ids)


def _referrals_of(cascade: Cascade, friend_ids: Iterable[int]) -> list[Referral]:
    """The standing referrals by which these members came, read once a cascade; their inviters are locked."""
    read: dict[int, Referral | None] = cascade.read[FACT]
    if new := [friend_id for friend_id in friend_ids if friend_id not in read]:
        members, asked = cascade.foreseen.pop(FACT, (frozenset(), None))
        if not members.issuperset(new):
            asked = _ask(new)
        came = [referral.pk for referral in asked.rows if referral.friend_id in new]
        rows = Referral.objects.standing().filter(pk__in=came).select_related("referrer", "activity") if came else ()
        read |= dict.fromkeys(new) | {referral.friend_id: referral for referral in rows}
    return [referral for friend_id in friend_ids if (referral := read[friend_id])]


def _may_move(referral: Referral, facts: list[Activity]) -> Activity | None:
    """The first of these facts of the friend that may change by what the referral qualifies, if one does."""
    for fact in facts:
        if fact.type != referral.awaits:
            continue
        if fact.pk == referral.activity_id:
            if not _meets(referral, fact):
                return fact
        elif _meets(referral, fact) and (referral.activity is None or _order(fact) < _order(referral.activity)):
            return fact
    return None


def _meets(referral: Referral, fact: Activity) -> bool:
    """Whether the fact qualifies the friend."""
    return referral.in_time(fact) and referral.frozen.qualifying.met_by(fact)


def _order(fact: Activity) -> tuple[datetime, str, int]:
    return (fact.at, fact.reference, fact.pk)


def _moved(touched: Sequence[tuple[Referral, Activity]]) -> list[_Move]:
    """Find for each of these referrals the earliest fact by which it qualifies, and move it there."""
    history: dict[int, list[Activity]] = defaultdict(list)
    referrals = [referral for referral, _by in touched]
    for fact in (
        Activity.objects.counting()
        .originals()
        .filter(
            member_id__in=[referral.friend_id for referral in referrals],
            type__in={referral.awaits for referral in referrals},
            at__gte=min(referral.joined_at for referral in referrals).replace(microsecond=0),
            at__lt=max(referral.qualify_until for referral in referrals),
        )
    ):
        history[fact.member_id or 0].append(fact)
    moves = []
    for referral, by in touched:
        meeting = [
            fact for fact in history[referral.friend_id] if fact.type == referral.awaits and _meets(referral, fact)
        ]
        now = min(meeting, key=_order, default=None)
        moves.append(_Move(referral, referral.activity, referral.qualified_at, by))
        referral.activity = now
        referral.qualified_at = now.at if now else None
        referral.state = State.QUALIFIED if now else State.JOINED
    return moves


def _settle(cascade: Cascade, moves: Sequence[_Move]) -> None:
    """Say what is due for these referrals and for those that they push above their inviter's cap, or below it."""
    moments: dict[int, set[datetime]] = defaultdict(set)
    for move in moves:
        moments[move.referral.referrer_id].update(filter(None, (move.before_at, move.referral.qualified_at)))
    above = caps.above((move.referral for move in moves), moments, cascade.brand.zone)
    for move in moves:
        if _judge(move.referral, above.get(move.referral.pk, (move.referral, False))[1]):
            cascade.tell(wording.news(move.referral))
        _settle_friend(cascade, move)
        _settle_referrer(cascade, move.referral, move.by)
        _record(cascade, move)
    saved = {move.referral.pk: move.referral for move in moves}
    for referral, is_above in above.values():
        if referral.pk not in saved and _judge(referral, is_above):
            cause = next(move.by for move in moves if move.referral.referrer_id == referral.referrer_id)
            _settle_referrer(cascade, referral, cause)
            cascade.tell(wording.news(referral))
            saved[referral.pk] = referral
    bulk.update(list(saved.values()), MOVING)
    for referral in saved.values():
        cascade.show(referral.referrer_id, "referrals")
    for move in moves:
        cascade.show(move.referral.friend_id, "referrals")


def _judge(referral: Referral, is_above: bool) -> bool:
    """Set what each side gets for the referral and why; return whether that is news for the inviter."""
    before = referral.referrer_reward
    if referral.state != State.QUALIFIED:
        had = before != Reward.NONE
        referral.referrer_reward = Reward.REVERSED if had else Reward.NONE
        referral.friend_reward = Reward.REVERSED if had else Reward.NONE
        referral.why = wording.undone(referral.frozen).stored() if had else {}
        return before != referral.referrer_reward
    referral.friend_reward = Reward.EARNED
    referral.why = {}
    if is_above:
        referral.referrer_reward, referral.why = Reward.CAPPED, wording.capped(referral.frozen).stored()
    elif not referral.referrer.is_active and before != Reward.EARNED:
        referral.referrer_reward, referral.why = Reward.GONE, wording.GONE.stored()
    else:
        referral.referrer_reward = Reward.EARNED
    return before != referral.referrer_reward


def _settle_friend(cascade: Cascade, move: _Move) -> None:
    referral, terms = move.referral, move.referral.frozen
    why = wording.undone(terms)
    if referral.activity:
        why = terms.qualifying.reasons(referral.activity, referral.joined_at).friend
    points = terms.friend_points if referral.friend_reward == Reward.EARNED else 0
    _due(cascade, referral, "friend", referral.friend_id, points, why, move.by)


def _settle_referrer(cascade: Cascade, referral: Referral, by: Activity) -> None:
    terms = referral.frozen
    earned = referral.referrer_reward == Reward.EARNED
    why = referral.explanation
    if earned and referral.activity:
        why = terms.qualifying.reasons(referral.activity, referral.joined_at).referrer
    _due(cascade, referral, "referrer", referral.referrer_id, terms.referrer_points if earned else 0, why, by)


def _due(
    cascade: Cascade, referral: Referral, side: str, member_id: int, points: int, why: Explanation, by: Activity
) -> None:
    fact = referral.activity or by
    cascade.due(
        Due(
            member_id=member_id,
            cause=referral.cause(side),
            points=points,
            reason=Reason.REFERRAL,
            explanation=why,
            at=fact.at,
            activity_id=fact.pk,
            root=by.root,
            hold_days=referral.frozen.hold_days,
            group=f"{GROUP}:{side}",
        )
    )


def _record(cascade: Cascade, move: _Move) -> None:
    """Tell as a fact that a friend of the inviter's qualified, so that a challenge can count it.

    The fact is named by what qualified: when that changes, the old one is withdrawn and a new one has the right time.
    """
    referral = move.referral
    for fact, void in ((move.before, True), (referral.activity, False)):
        if fact is None or (void and fact == referral.activity):
            continue
        if void or referral.referrer.is_active:
            cascade.record(
                referral.referrer_id,
                FACT,
                f"referral:{referral.pk}:{fact.pk}",
                at=fact.at,
                cause=move.by,
                reference=f"referral-{referral.pk}",
                data={"referral": referral.pk},
                void=void,
            )
