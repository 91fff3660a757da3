"""The log of what happened, for the brand's own analysis."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from core.activities.models import Activity
from core.api import problems
from core.api.paging import PAGE, Cursor, Limit, Page, page

router = Router(tags=["activities"])

Since = Annotated[str | None, Query(None, max_length=40, description="RFC 3339; what was received from then on.")]


class ActivityOut(Schema):
    """One fact. `id` is its name at its `source`; amounts are in whole units of the programme's currency.

    `status` says what became of it; `void` that it counts as if it had never been; `given_back` what refunds took off.
    """

    id: str
    source: str
    type: str
    email: str | None
    reference: str | None
    amount: str | None
    given_back: str | None
    status: str
    void: bool
    data: dict[str, Any]
    at: datetime
    received_at: datetime


@router.get("/activities", response=Page[ActivityOut])
def activities(request: HttpRequest, since: Since = None, cursor: Cursor = None, limit: Limit = PAGE) -> dict[str, Any]:
    """What happened, in the order in which it was received."""
    rows = Activity.objects.select_related("source", "member")
    if since:
        rows = rows.filter(received_at__gte=_moment(since))
    return page(rows, cursor, limit, order=("received_at", "pk"), show=_shown)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))  # a "+" that was not percent-encoded
        if moment.tzinfo is None or not 1 < moment.year < 9999:
            raise ValueError
    except ValueError:
        raise problems.wrong("since", "This must be a time with its zone, such as 2026-11-20T09:30:00Z.") from None
    return moment


def _shown(activity: Activity) -> dict[str, Any]:
    email = activity.member.address if activity.member else activity.email
    return {
        "id": activity.external_id,
        "source": activity.source.slug,
        "type": activity.type,
        "email": email or None,
        "reference": activity.reference or None,
        "amount": _money(activity.amount),
        "given_back": None if activity.amount is None else _money(activity.taken_back),
        "status": activity.status,
        "void": activity.void,
        "data": activity.data,
        "at": activity.at,
        "received_at": activity.received_at,
    }


def _money(minor: int | None) -> str | None:
    return None if minor is None else f"{minor // 100}.{minor % 100:02d}"
