"""What members paid, by what they have: their redemptions and donations."""

from __future__ import annotations

from collections.abc import Iterator

from core.ledger.models import Reason, Transfer
from core.ledger.rebuilding import Rebuilt, rebuilds
from rewards.models import Donation, Redemption


@rebuilds(order=40)
def pay(rebuilt: Rebuilt) -> Iterator[str]:
    """Sum what these members spent and gave; it has nothing of its own to compare."""
    for redemption in Redemption.objects.live().filter(member__in=rebuilt.members).iterator():
        rebuilt.spent[redemption.member_id] += redemption.cost
        rebuilt.facts.add(redemption.reference)
    lapsed = Transfer.objects.filter(member__in=rebuilt.members, reason=Reason.LAPSED)
    by_itself = set(lapsed.values_list("reference", flat=True))
    for donation in Donation.objects.filter(member__in=rebuilt.members).iterator():
        rebuilt.donated[donation.member_id] += donation.points
        if donation.reference not in by_itself:
            rebuilt.facts.add(donation.reference)
    return iter(())
