"""The wallet page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core import clock
from core.ledger import statement
from core.ledger.monthly import Month
from core.ledger.releasing import wallet_of
from core.ledger.upcoming import upcoming
from core.members.asking import member_of
from core.web.cards import wallet as wallet_cards
from core.web.context_processors import brand_of
from core.web.page import before_of, respond


@require_safe
@login_required
def wallet(request: HttpRequest) -> HttpResponse:
    """The member's balance and statement, each line opening to why; `?before=` an entry for the older ones."""
    brand = brand_of(request)
    member_id = member_of(request).pk
    found = wallet_of(member_id)
    lines, older = statement.page(member_id, brand, before=before_of(request))
    context = {
        "brand": brand,
        "wallet": found,
        "lines": lines,
        "upcoming": upcoming(found, brand),
        "cards": wallet_cards.shown(request),
        "owed_lines": statement.owed(member_id, brand) if found.owed else [],
        "older": older,
        "month": Month.around(clock.now(), brand),
        "pending_lines": statement.held(member_id)[:50] if found.pending else [],
    }
    return respond(request, "ledger/wallet.html", context, fragment="lines")
