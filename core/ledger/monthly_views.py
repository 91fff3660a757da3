"""The statement by month: as a page, as a page to print, and as a file."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from core import clock
from core.brand.models import Brand
from core.ledger import monthly, monthly_csv
from core.ledger.monthly import Month, Summary
from core.ledger.releasing import release_for
from core.members.asking import member_of
from core.web.context_processors import brand_of
from core.web.page import before_of, respond

# A longer month is for the file.
MOST_PRINTED = 1000


@require_safe
@login_required
def month(request: HttpRequest, key: str) -> HttpResponse:
    """`/wallet/2026-11/`: what that month came to, and its lines, each opening to why."""
    context = _month(request, key)
    lines, older = monthly.lines(member_of(request).pk, context["brand"], context["summary"], before=before_of(request))
    return respond(request, "ledger/month.html", {**context, "lines": lines, "older": older}, fragment="lines")


@require_safe
@login_required
def printed(request: HttpRequest, key: str) -> HttpResponse:
    """`/wallet/2026-11/printed/`: the same on A4, with every why open."""
    context = _month(request, key)
    lines, older = monthly.lines(member_of(request).pk, context["brand"], context["summary"], size=MOST_PRINTED)
    return respond(request, "ledger/month_printed.html", {**context, "lines": lines[::-1], "cut": older is not None})


@require_safe
@login_required
def file(request: HttpRequest) -> HttpResponseBase:
    """`/wallet/statement.csv?month=2026-11`: that month's lines as a file, written as it is read."""
    context = _month(request, request.GET.get("month", ""))
    member, found = member_of(request), context["summary"]
    pieces = monthly_csv.written(
        member.pk, context["brand"], found.first or 1, found.last or 0, get_language() or "", member.time_zone
    )
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="statement-{context["month"].key}.csv"'
    patch_cache_control(response, private=True, no_store=True)
    return response


def _month(request: HttpRequest, key: str) -> dict[str, Any]:
    """A month of who asks, from their first to the present one, with what it came to. Raises Http404 for any other."""
    brand: Brand = brand_of(request)
    member_id = member_of(request).pk
    now, asked = Month.around(clock.now(), brand), Month.named(key, brand)
    if asked is None or asked.starts > now.starts:
        raise Http404
    if asked == now:
        release_for(member_id)
    began = monthly.began(member_id, brand)
    if asked.starts < began.starts:
        raise Http404
    found: Summary = monthly.summary(member_id, asked)
    return {
        "brand": brand,
        "month": asked,
        "summary": found,
        "previous": asked.before(brand) if asked != began else None,
        "next": asked.after(brand) if asked != now else None,
    }
