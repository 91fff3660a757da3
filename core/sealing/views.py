"""The seals for everybody, as a page and for programs; and a member's own provable statement."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from core import clock
from core.members.asking import member_of
from core.sealing import proving
from core.sealing.models import Head
from core.web.page import respond

VERIFIER = Path(settings.BASE_DIR) / "tools" / "verify_statement.py"
ON_A_PAGE, IN_A_LIST = 20, 1000
LONGEST_SIZE = 18
A_MINUTE, FOR_EVER = 60, 365 * 24 * 60 * 60


@require_safe
def seals(request: HttpRequest) -> HttpResponse:
    """The seals, newest first, and how to check a statement against them; `?before=` a size for the older ones."""
    heads, older = _heads(_size(request, "before", needed=False), ON_A_PAGE)
    context = {"heads": heads, "older": older, "command": f"python3 {VERIFIER.name} statement.json"}
    return respond(request, "sealing/seals.html", {**context, "site": settings.BASE_URL}, fragment="heads")


@require_safe
@cache_control(public=True, max_age=A_MINUTE)
def heads(request: HttpRequest) -> HttpResponse:
    """The seals for programs, newest first, up to a thousand; `next` is what `?before=` goes on with."""
    found, older = _heads(_size(request, "before", needed=False), IN_A_LIST)
    return JsonResponse({"heads": [proving.published(head) for head in found], "next": older})


@require_safe
@cache_control(public=True, max_age=FOR_EVER, immutable=True)
def head(request: HttpRequest, size: str) -> HttpResponse:
    """One seal, which never changes."""
    return JsonResponse(proving.published(get_object_or_404(Head, pk=int(size))))


@require_safe
@cache_control(public=True, max_age=FOR_EVER, immutable=True)
def consistency(request: HttpRequest) -> HttpResponse:
    """The proof that the seal of `?second=` transfers holds all that the seal of `?first=` does (RFC 9162, 2.1.4)."""
    first, second = _size(request, "first"), _size(request, "second")
    assert first
    assert second
    if first > second or Head.objects.filter(pk__in={first, second}).count() != len({first, second}):
        raise Http404
    return JsonResponse({"first": first, "second": second, "path": proving.consistency(first, second)})


@require_safe
@cache_control(public=True, max_age=A_MINUTE)
def verifier(request: HttpRequest) -> FileResponse:
    """The script that checks a statement, for who has it from nowhere else."""
    return FileResponse(VERIFIER.open("rb"), as_attachment=True, content_type="text/x-python")


@require_safe
@login_required
@cache_control(private=True, no_store=True)
def statement(request: HttpRequest) -> HttpResponseBase:
    """The member's own provable statement, as a file."""
    name = f"statement-{localdate(clock.now()).isoformat()}.json"
    response = StreamingHttpResponse(proving.statement(member_of(request).pk), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _heads(before: int | None, most: int) -> tuple[list[Head], int | None]:
    """The seals below `before`, newest first, and below which size the next ones are (None at the end)."""
    below = Head.objects.order_by("-size")
    found = list((below.filter(pk__lt=before) if before else below)[: most + 1])
    return found[:most], found[most - 1].size if len(found) > most else None


def _size(request: HttpRequest, name: str, *, needed: bool = True) -> int | None:
    """The size that the address says under `name`; 404 for what is none."""
    text = request.GET.get(name, "")
    if not text and not needed:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_SIZE and int(text)):
        raise Http404
    return int(text)
