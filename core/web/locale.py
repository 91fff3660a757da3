"""The language and the time zone of the one who reads."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from core.brand.models import Brand

# Nothing here is written in a language and no day is shown in a zone, so the database is not asked for either.
FOR_PROGRAMS = ("/hooks/", "/api/", "/healthz", "/readyz", "/look/")


class MemberLocaleMiddleware:
    """Activates the member's language and time zone, else the browser's language and the brand's zone.

    Leaves the brand's settings on `request.brand`, read at most once a request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.brand = SimpleLazyObject(Brand.current)  # type: ignore[attr-defined]
        if request.path.startswith(FOR_PROGRAMS):
            return self.get_response(request)
        language = getattr(request.user, "language", "") or translation.get_language()
        spoken = request.brand.languages  # type: ignore[attr-defined]
        if language not in spoken:
            language = spoken[0]
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()  # type: ignore[attr-defined]
        zone = getattr(request.user, "time_zone", "")
        with timezone.override(ZoneInfo(zone) if zone else request.brand.zone):  # type: ignore[attr-defined]
            return self.get_response(request)
