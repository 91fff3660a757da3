"""The door for events from outside: `POST /hooks/<source>/`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse, RawPostDataException
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from core import bulk, clock
from core.activities.adapters import ADAPTERS, Adapter
from core.activities.happening import Happening, Outcome
from core.activities.models import Source
from core.activities.reading import Errors, NotJson, strict_json
from core.activities.recording import record
from core.brand.models import Brand
from core.web.problem import problem

MOST_BYTES = 1024 * 1024
MOST_EVENTS = 500


@csrf_exempt
def receive(request: HttpRequest, slug: str) -> HttpResponse:
    """Take one event or a batch from the source `slug`; what is wrong is told in the order of the contract."""
    with bulk.gathered():
        sources = bulk.ahead(Source, "slug {} AND kind {}", [slug], list(ADAPTERS))
        brand = Brand.current()
    source = next(iter(sources.rows), None)
    if source is None:
        return problem(404, _("There is no such source."))
    if request.method != "POST":
        return problem(405, _("Events are posted."), headers={"Allow": "POST"})
    body = _body(request)
    if body is None:
        return problem(413, _("A body is at most 1 MiB."))
    adapter = ADAPTERS[source.kind]
    if not adapter.authentic(source, request.headers, body):
        return problem(401, _("The signature is missing, wrong or too old."))
    if request.content_type != "application/json" or "Content-Encoding" in request.headers:
        return problem(415, _("Events are plain application/json."))
    try:
        payload = strict_json(body)
    except NotJson:
        return problem(400, _("The body is not UTF-8 JSON."))
    found = adapter.events(request.headers, payload)
    if found is None:
        return problem(400, _("The body is neither an event nor a batch of events."))
    events, batch = found
    if len(events) > MOST_EVENTS:
        return problem(413, _("A batch is at most 500 events."))
    return _many(source, brand, adapter, events) if batch else _one(source, brand, adapter, events[0])


def _one(source: Source, brand: Brand, adapter: Adapter, event: tuple[str | None, Any]) -> HttpResponse:
    said = adapter.read(source, *event, brand.currency)
    if not isinstance(said, Happening):
        return problem(422, _("The event is wrong."), errors=said)
    if _too_fast(source):
        return _slow_down()
    outcome = record([said], brand)[0]
    if outcome.errors:
        return problem(422, _("The event is wrong."), errors=outcome.errors)
    if outcome.conflict:
        return problem(409, _("This id was used for another event."))
    if outcome.duplicate:
        return JsonResponse({**outcome.answer, "duplicate": True})
    return JsonResponse(outcome.answer, status=202)


def _many(source: Source, brand: Brand, adapter: Adapter, events: list[tuple[str | None, Any]]) -> HttpResponse:
    said = [adapter.read(source, *event, brand.currency) for event in events]
    if _too_fast(source):
        return _slow_down()
    outcomes = iter(record([one for one in said if isinstance(one, Happening)], brand))
    results = [
        _result(next(outcomes)) if isinstance(one, Happening) else _rejected(_id_of(event), one)
        for one, (_given, event) in zip(said, events, strict=True)
    ]
    return JsonResponse({"results": results}, status=202)


def _result(outcome: Outcome) -> dict[str, Any]:
    if outcome.errors:
        return _rejected(outcome.external_id, outcome.errors)
    if outcome.conflict:
        return _rejected(outcome.external_id, [("id", _("This id was used for another event."))])
    return {**outcome.answer, "duplicate": True} if outcome.duplicate else outcome.answer


def _rejected(external_id: str | None, errors: Errors) -> dict[str, Any]:
    listed = [{"field": field, "message": str(message)} for field, message in errors]
    return {"id": external_id, "status": "rejected", "errors": listed}


def _id_of(event: Any) -> str | None:
    """The id as it was sent, where it can be said back at all."""
    given = event.get("id") if isinstance(event, dict) else None
    return given.encode("utf-8", "replace").decode() if isinstance(given, str) else None


def _body(request: HttpRequest) -> bytes | None:
    """The raw body, or None when it is above 1 MiB; never more than that is read."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if length.isascii() and length.isdigit() and (len(length) > 9 or int(length) > MOST_BYTES):
        return None
    try:
        body = request.read(MOST_BYTES + 1)
    except (UnreadablePostError, RawPostDataException):
        return b""
    return body if len(body) <= MOST_BYTES else None


def _too_fast(source: Source) -> bool:
    """Whether this source has sent more requests this second than EVENTS_PER_SECOND."""
    key = f"hooks:{source.pk}:{int(clock.now().timestamp())}"
    if cache.add(key, 1, timeout=5):
        return settings.EVENTS_PER_SECOND < 1
    try:
        return int(cache.incr(key) or 0) > settings.EVENTS_PER_SECOND
    except ValueError:
        return False


def _slow_down() -> HttpResponse:
    return problem(429, _("Too many requests this second."), headers={"Retry-After": "1"})
