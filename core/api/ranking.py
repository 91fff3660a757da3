"""The leaderboard for the brand's own software: what members see of each other."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema

from core.api import problems
from core.api.paging import PAGE, Cursor, Limit, Page
from core.brand.models import Brand
from core.ledger import leaderboard

router = Router(tags=["leaderboard"])


class RankOut(Schema):
    """One line: equal points share a place, and the next place is the next number."""

    rank: int
    alias: str
    points: int


@router.get("/leaderboard", response=Page[RankOut])
def ranks(
    request: HttpRequest, period: Literal["week", "month", "all"] = "all", cursor: Cursor = None, limit: Limit = PAGE
) -> dict[str, Any]:
    """The first hundred by points earned in all, or in this week or month, of those who chose to be seen."""
    start = _start(cursor)
    rows = leaderboard.top(leaderboard.board(period, Brand.current()))
    end = start + limit
    return {"items": rows[start:end], "next": str(end) if end < len(rows) else None}


def _start(cursor: str | None) -> int:
    """How many lines were on the pages before; 422 for a cursor that is not ours."""
    if not cursor:
        return 0
    if not (cursor.isascii() and cursor.isdigit()) or int(cursor) > leaderboard.TOP:
        raise problems.wrong("cursor", "This is not a cursor of this list.")
    return int(cursor)
