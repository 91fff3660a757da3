"""What of the wallet changes on a page by itself."""

from __future__ import annotations

from typing import Any

from core import live
from core.ledger import statement
from core.ledger.models import Wallet
from core.members.models import Member


@live.fragment("balance", "ledger/wallet.html#balance")
def balance(member: Member) -> dict[str, Any]:
    """The points that can be spent now."""
    return {"wallet": Wallet.of(member.pk)}


@live.fragment("pending", "ledger/wallet.html#pending")
def pending(member: Member) -> dict[str, Any]:
    """The points that wait, each award with its date."""
    return {"wallet": Wallet.of(member.pk), "pending_lines": statement.held(member.pk)[:50]}
