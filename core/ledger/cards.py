"""The wallet on the dashboard."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from core.ledger import statement
from core.ledger.models import Wallet
from core.web.cards import dashboard

RECENT = 5


@dashboard.card(10)
def balance(request: HttpRequest) -> tuple[str, dict[str, Any]]:
    """What the member has, and what is pending with its date."""
    wallet = Wallet.of(request.user.pk)
    held = statement.held(request.user.pk)[:50] if wallet.pending else []
    return "ledger/balance_card.html", {"wallet": wallet, "pending_lines": held}


@dashboard.card(70)
def recent(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """What just happened in the wallet."""
    lines, _older = statement.page(request.user.pk, request.brand, size=RECENT)  # type: ignore[attr-defined]
    return ("ledger/recent_card.html", {"lines": lines}) if lines else None
