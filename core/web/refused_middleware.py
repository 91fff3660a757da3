"""Turns a "no" of the domain into an answer that a person can read."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from core.web.page import respond, wants_fragment
from core.web.refused import Refused


class RefusedMiddleware:
    """Answers `Refused` with 409: a page with the sentence and a way back, or for htmx a message on the page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal that the view let pass; anything else goes its way."""
        if not isinstance(exception, Refused):
            return None
        context = {"refused": exception, "back": way_back(request)}
        response = respond(request, "web/refused.html", context, fragment="notice", status=exception.status)
        if wants_fragment(request):
            response["HX-Retarget"] = "#messages"
            response["HX-Reswap"] = "beforeend"
        return response


def way_back(request: HttpRequest) -> str:
    """The page of this site that the person came from, else the front page."""
    came_from = request.headers.get("Referer", "")
    if came_from and url_has_allowed_host_and_scheme(came_from, {request.get_host()}):
        parts = urlsplit(came_from)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return "/"
