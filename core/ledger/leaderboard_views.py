"""The leaderboard page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.ledger.leaderboard import board, look
from core.members.asking import member_of
from core.web.context_processors import brand_of
from core.web.page import respond

TABS = (
    ("leaderboard_week", "week", _("This week")),
    ("leaderboard_month", "month", _("This month")),
    ("leaderboard", "all", _("All time")),
)


@require_safe
@login_required
def leaderboard(request: HttpRequest, per: str) -> HttpResponse:
    """`/leaderboard/`, `/leaderboard/week/`, `/leaderboard/month/`: the first hundred and one's own place."""
    shown = look(board(per, brand_of(request)), member_of(request))
    return respond(request, "ledger/leaderboard.html", {"shown": shown, "place": shown.place, "per": per, "tabs": TABS})
