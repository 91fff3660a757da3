"""What can be had for points, as it looks to who asks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from core.brand.models import Brand
from core.earning import tiers
from core.ledger.releasing import wallet_of
from core.members.models import Member
from core.web.refused import Refused
from rewards import redeeming
from rewards.models import Redemption, Reward, Session


@dataclass
class Offer:
    """A reward with the dates that can be chosen, what a member lacks for it in points, and what they hold of it.

    For a visitor `to_go` is None: nothing is known of their points. `for_whom` says of which tiers one must be, if any.
    """

    reward: Reward
    sessions: list[Session]
    to_go: int | None = None
    held: list[Redemption] = field(default_factory=list)
    not_for_them: Refused | None = None
    for_whom: str = ""

    @property
    def affordable(self) -> bool:
        return self.to_go == 0

    @property
    def refusal(self) -> Refused | None:
        """Why none of the dates can be booked, whichever is chosen; None when at least one can be tried."""
        if not self.reward.is_live:
            return redeeming.not_offered()
        if self.not_for_them:
            return self.not_for_them
        limit = self.reward.limit_per_member
        if limit is not None and len(self.held) >= limit:
            return redeeming.at_limit(limit)
        refusals = [session.refusal() for session in self.sessions]
        return refusals[0] if refusals and all(refusals) else None


def offers(member: Member | None) -> list[Offer]:
    """All live rewards in the order of the catalogue."""
    return _offered(list(Reward.objects.live().with_upcoming()), member)


def offer(reward: Reward, member: Member | None) -> Offer:
    """One reward, on offer or not."""
    reward.upcoming = list(reward.sessions.upcoming().order_by("starts", "pk"))
    return _offered([reward], member)[0]


def _offered(rewards: list[Reward], member: Member | None) -> list[Offer]:
    found = [Offer(reward, reward.upcoming) for reward in rewards]
    if any(reward.tiers for reward in rewards):
        _limit(found, member)
    if member is None:
        return found
    available = wallet_of(member.pk).available
    held: dict[int, list[Redemption]] = defaultdict(list)
    mine = Redemption.objects.live().of(member).filter(reward__in=rewards).select_related("session")
    for redemption in mine.order_by("session__starts", "pk"):
        held[redemption.reward_id].append(redemption)
    for offered in found:
        offered.to_go = max(0, offered.reward.cost - available)
        offered.held = held[offered.reward.pk]
    return found


def _limit(found: list[Offer], member: Member | None) -> None:
    """Say for whom those are that are for some tiers only, and refuse them to a member of none of these."""
    brand = Brand.current()
    standing = tiers.standing_of(member.pk, brand) if member else None
    for offered in found:
        if offered.reward.tiers:
            offered.for_whom = tiers.for_whom(offered.reward.tiers, brand)
            if member is not None:
                offered.not_for_them = tiers.refusal_for(offered.reward.tiers, standing, brand)
