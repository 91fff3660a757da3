"""The front page: for a visitor what this is, for a member what moves them on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core.web import dashboard
from core.web.cards import visitor
from core.web.page import respond


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """`/`, made of the cards that the apps put there."""
    if request.user.is_authenticated:
        return dashboard.answer(request)
    return respond(request, "web/visitor.html", {"shown": visitor.shown(request)})
