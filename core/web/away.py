"""The database is away: 503, so that whoever asked knows to come back, and programs send their event again."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any

from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

logger = logging.getLogger("goodturn.database")

RETRY_AFTER = 5  # seconds

# What SQLite says when it cannot work just now; its other operational errors are mistakes of ours.
SQLITE_IS_AWAY = ("unable to open", "database is locked", "disk i/o error", "database or disk is full", "readonly")


def is_away(problem: BaseException | None) -> bool:
    """Whether `problem` means that the database cannot be reached or cannot work just now."""
    if isinstance(problem, InterfaceError):
        return True
    if not isinstance(problem, OperationalError):
        return False
    if connection.vendor != "sqlite":
        return True
    said = str(problem).lower()
    return any(sign in said for sign in SQLITE_IS_AWAY)


def is_for_programs(request: HttpRequest) -> bool:
    """Whether the one who asks reads problem+json rather than pages."""
    return request.path.startswith(("/hooks/", "/api/"))


def unavailable(request: HttpRequest) -> HttpResponse:
    """The answer while the database is away; it must not ask the database anything."""
    response: HttpResponse
    if is_for_programs(request):
        problem = {
            "type": "about:blank",
            "title": "Service unavailable",
            "status": 503,
            "detail": "The database is away and nothing was kept; send this again.",
        }
        response = JsonResponse(problem, status=503, content_type="application/problem+json")
    else:
        response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


class DatabaseAwayMiddleware:
    """Turns a lost database into 503, wherever in the request it was noticed.

    Django makes a response of an exception at every layer, so an outer middleware never sees one that an inner
    middleware (the session, the member's language) raised; the signal that Django sends for each does.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        got_request_exception.connect(notice, dispatch_uid="core.web.away")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 500 and getattr(request, "database_is_away", False):
            return unavailable(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Spare the log a traceback for what is no mistake of the code's."""
        if not is_away(exception):
            return None
        logger.error("The database is away: %s", str(exception).strip().replace("\n", " "))
        connection.close()
        return unavailable(request)


def notice(sender: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Remember on the request that the exception in hand is the database's absence."""
    if request is not None and is_away(sys.exception()):
        request.database_is_away = True  # type: ignore[attr-defined]
