"""The wallet on the dashboard."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from core.ledger import statement
from core.ledger.releasing import wallet_of
from core.members.asking import member_of
from core.web.cards import dashboard
from core.web.context_processors import brand_of

RECENT = 5


@dashboard.card(10)
def balance(request: HttpRequest) -> tuple[str, dict[str, Any]]:
    """What the member has, and what is pending with its date."""
    member_id = member_of(request).pk
    wallet = wallet_of(member_id)
    held = statement.held(member_id)[:50] if wallet.pending else []
    return "ledger/balance_card.html", {"wallet": wallet, "pending_lines": held}


@dashboard.card(70)
def recent(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """What just happened in the wallet."""
    lines, _older = statement.page(member_of(request).pk, brand_of(request), size=RECENT)
    return ("ledger/recent_card.html", {"lines": lines}) if lines else None
