"""Turning points into a reward: the points, the place and the fact together, or nothing of it."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext

from core.activities.own import record_own
from core.brand.explanation import Explanation
from core.brand.models import Brand
from core.earning import tiers
from core.ledger import spending
from core.members.models import Member
from core.web.refused import LimitReached, NotOpen, Refused
from rewards import wallets
from rewards.models import Redemption, Reward, Session

BOOKED = Explanation(gettext_noop("%(reward)s: you spent %(points)s."))


def refusal_for(reward: Reward, member: Member, session: Session | None = None) -> Refused | None:
    """Why this member cannot have it now, in the order in which reasons are given; None when only points decide.

    What is read may have changed a moment later, so `redeem` asks again where it counts. Points are asked last, by the
    ledger.
    """
    kind = reward.strategy
    return (
        (None if reward.is_live else not_offered())
        or kind.closed(reward, session)
        or (None if member.is_active else wallets.takes_no_part())
        or tier_refusal(reward, member)
        or kind.over(reward, session)
        or limit_refusal(reward, member)
        or kind.gone(reward, session)
    )


def tier_refusal(reward: Reward, member: Member) -> Refused | None:
    """NotEligible, with what would change it, when the reward is for tiers that the member does not hold now."""
    if not reward.tiers:
        return None
    brand = Brand.current()
    return tiers.refusal_for(reward.tiers, tiers.standing_of(member.pk, brand), brand)


def limit_refusal(reward: Reward, member: Member) -> Refused | None:
    """LimitReached when the member holds as many of this reward as one member can (counted in the database)."""
    limit = reward.limit_per_member
    if limit is None or Redemption.objects.live().of(member).filter(reward=reward).count() < limit:
        return None
    return at_limit(limit)


def not_offered() -> Refused:
    """That the reward is not on offer."""
    return NotOpen(_("This reward is not offered at the moment."))


def at_limit(limit: int) -> Refused:
    """That the member holds `limit` of it, and none more can be had."""
    return LimitReached(
        ngettext(
            "You have this already; each member can have one.",
            "Each member can have %(limit)d of these, and you have them.",
            limit,
        )
        % {"limit": limit}
    )


def redeem(reward: Reward, *, member: Member, session: Session | None = None, key: str | None = None) -> Redemption:
    """Give the member one of `reward` for its points; a repeat with the same `key` returns what was done.

    Raises Refused, in the order of the contract: not-open, not-eligible, too-late, limit-reached, sold-out,
    insufficient-points. What is sold out is answered from rows that are read, and writes nothing.
    """
    if done := _done(member, session, key):
        return done
    if refusal := refusal_for(reward, member, session):
        # Another copy of the same click may have come first, and be why.
        if done := _done(member, session, key):
            return done
        raise refusal
    return _redeem(reward, member, session, key)


@transaction.atomic
def _redeem(reward: Reward, member: Member, session: Session | None, key: str | None) -> Redemption:
    """The act. The member's wallet is locked first, so whatever is asked about this member holds until the end."""
    wallets.hold_of_active(member)
    if done := _done(member, session, key):
        return done
    if refusal := tier_refusal(reward, member) or limit_refusal(reward, member):
        raise refusal
    redemption = Redemption(
        public_id=uuid4(),
        member=member,
        reward=reward,
        session=session,
        cost=reward.cost,
        cancel_until_hours=reward.cancel_until_hours,
        key=key,
    )
    why = replace(BOOKED.with_values(reward=reward.title, points={"points": reward.cost}), thing=reward.title)
    spending.spend(member.pk, reward.cost, reference=redemption.reference, explanation=why)
    redemption.save(force_insert=True)
    record_own(
        member.pk,
        "reward.redeemed",
        key=redemption.reference,
        reference=str(redemption.public_id),
        data={"reward": reward.slug} | ({"session": session.slug} if session else {}),
    )
    reward.strategy.take(redemption)
    if not Reward.objects.live().filter(pk=reward.pk, cost=reward.cost).exists():
        raise NotOpen(_("This reward has just been changed. Nothing was taken; please look again."))
    reward.strategy.show_change(redemption)
    return redemption


def _done(member: Member, session: Session | None, key: str | None) -> Redemption | None:
    if key is None:
        return None
    return Redemption.objects.of(member).filter(key=key, session=session).select_related("reward", "session").first()
