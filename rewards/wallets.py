"""Holding the wallets that an act is about to touch."""

from __future__ import annotations

from core.activities.subscription import concerned
from core.ledger.posting import lock


def hold(member_id: int) -> None:
    """Lock the member's wallet, and those of all who may be rewarded by what the member does, until the end.

    They are locked at once and in order, before any seat or charity: who holds a seat's row never waits for a wallet,
    so two acts cannot wait for each other. Call it inside the transaction of the act.
    """
    lock(concerned({member_id}, ()))
