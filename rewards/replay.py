"""What members paid, by what they have: their redemptions and donations."""

from __future__ import annotations

from collections.abc import Iterator

from core.ledger.rebuilding import Rebuilt, rebuilds
from rewards.models import Donation, Redemption


@rebuilds(order=40)
def pay(rebuilt: Rebuilt) -> Iterator[str]:
    """Sum what these members spent and gave; it has nothing of its own to compare."""
    for redemption in Redemption.objects.live().filter(member__in=rebuilt.members).iterator():
        rebuilt.spent[redemption.member_id] += redemption.cost
        rebuilt.facts.add(redemption.reference)
    for donation in Donation.objects.filter(member__in=rebuilt.members).iterator():
        rebuilt.donated[donation.member_id] += donation.points
        rebuilt.facts.add(donation.reference)
    return iter(())
