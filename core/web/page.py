"""A page or its fragment, by who asks."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers

LONGEST_ID = 18


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page: neither a boosted visit nor a history restore."""
    htmx = getattr(request, "htmx", None)
    if not htmx:
        return False
    return not htmx.boosted and not htmx.history_restore_request


def respond(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    fragment: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render `template`, or only its partial `fragment` when htmx asks for a part."""
    name = f"{template}#{fragment}" if fragment and wants_fragment(request) else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def see_other(to: str) -> HttpResponse:
    """Send the browser to another page (an address, or a name of one) with a GET, after a change."""
    return HttpResponseRedirect(resolve_url(to), status=303)


def before_of(request: HttpRequest) -> int | None:
    """The number in `?before=`, from which on a list goes back; None if there is none. Raises Http404 for any other."""
    before = request.GET.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) <= LONGEST_ID):
        raise Http404
    return int(before) if before else None
