"""How much a request may carry."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

MEBIBYTE = 1024 * 1024
HOOKS = 1 * MEBIBYTE
OTHERS = 12 * MEBIBYTE


def limit(path: str) -> int:
    """The most bytes that a body sent to `path` may have."""
    return HOOKS if path.startswith("/hooks/") else OTHERS


class BodyLimitMiddleware:
    """Answers 413 to a body above the limit; the door for events says so itself, after asking who is there.

    The servers (`core/serve/bodies.py`) hand over at most one byte more than the limit.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        declared = request.META.get("CONTENT_LENGTH") or "0"
        too_large = declared.isdigit() and int(declared) > limit(request.path)
        if not too_large or request.path.startswith("/hooks/"):
            return self.get_response(request)
        if request.path.startswith("/api/"):
            problem = {"type": "about:blank", "title": "Content too large", "status": 413}
            return JsonResponse(problem, status=413, content_type="application/problem+json")
        return HttpResponse(render_to_string("413.html"), status=413)
