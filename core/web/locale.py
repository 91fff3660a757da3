"""The language and the time zone of the one who reads."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from core import clock
from core.brand import now
from core.web import along
from core.web.away import is_away, unavailable
from core.web.context_processors import brand_of

# Nothing here is written in a language and no day is shown in a zone, so the database is not asked for either.
FOR_PROGRAMS = ("/hooks/", "/api/", "/healthz", "/readyz", "/look/")


class MemberLocaleMiddleware:
    """Activates the member's language and time zone, else the browser's language and the brand's zone.

    Leaves the brand's settings on `request.brand`, read at most once a request, and what the page wanted to know with
    them (`core.web.along`) in `request.answer`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.brand = SimpleLazyObject(now.read)  # type: ignore[attr-defined]
        if request.path.startswith(FOR_PROGRAMS):
            return self.get_response(request)
        try:
            zone = self._activate_language(request)
        except DatabaseError as problem:
            # Most visits meet a database that is away here first.
            if is_away(problem):
                return unavailable(request)
            raise
        with timezone.override(zone):
            return self.get_response(request)

    def _ask(self, request: HttpRequest) -> None:
        """Find out who asks, and at once the brand and what the page wants to know besides."""
        wanted = along.of(request.path)
        with along.asked(wanted):
            answer = getattr(request.user, "answer", None)
        if answer is None:
            answer = now.ask() if wanted.members else now.ask(wanted.questions, now=clock.now(), **wanted.values)
        request.answer = answer  # type: ignore[attr-defined]
        request.brand = now.brand_in(answer)  # type: ignore[attr-defined]

    def _activate_language(self, request: HttpRequest) -> ZoneInfo:
        """Activate the language of the one who asks, and return the time zone."""
        self._ask(request)
        brand = brand_of(request)
        language = getattr(request.user, "language", "") or translation.get_language()
        if language not in brand.languages:
            language = brand.languages[0]
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()  # type: ignore[attr-defined]
        zone = getattr(request.user, "time_zone", "")
        return ZoneInfo(zone) if zone else brand.zone
