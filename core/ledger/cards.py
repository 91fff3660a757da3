"""The wallet on the dashboard."""

from __future__ import annotations

from typing import Any

from core.bulk.questions import Question
from core.ledger import statement
from core.ledger.models import Entry, Lot, Wallet
from core.ledger.releasing import release_for, with_due
from core.web.cards import Look, dashboard

RECENT = 5
PENDING = 50


def _held(member: int) -> Any:
    return statement.held(member)[:PENDING]


def _latest(member: int) -> Any:
    return statement.entries(member)[:RECENT]


WALLET: Question[Any] = Question(with_due)
HELD: Question[Lot] = Question(_held)
LATEST: Question[Entry] = Question(_latest)


@dashboard.settling
def release(look: Look) -> bool:
    """What is due by now is released, if the scheduler slept."""
    wallet = look.first(WALLET)
    return bool(wallet and wallet.is_due and release_for(wallet.pk))


@dashboard.card(10, WALLET, HELD)
def balance(look: Look) -> tuple[str, dict[str, Any]]:
    """What the member has, and what is pending with its date."""
    wallet = look.first(WALLET) or Wallet()
    return "ledger/balance_card.html", {"wallet": wallet, "pending_lines": look.rows(HELD)}


@dashboard.card(70, LATEST)
def recent(look: Look) -> tuple[str, dict[str, Any]] | None:
    """What just happened in the wallet."""
    lines = [statement.Line.of(entry, look.brand, why=False) for entry in look.rows(LATEST)]
    return ("ledger/recent_card.html", {"lines": lines}) if lines else None
