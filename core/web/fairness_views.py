"""The fairness page: the programme's rules as its settings make them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core.brand import versions
from core.web import fairness
from core.web.context_processors import brand_of
from core.web.page import respond

MOST_VERSIONS = 10


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """`/fairness/`, for everybody."""
    context = {"sections": fairness.shown(brand_of(request)), "versions": versions.lately(MOST_VERSIONS)}
    return respond(request, "web/fairness.html", context)
