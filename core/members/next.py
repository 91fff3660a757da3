"""Where somebody goes after signing in: to the page they wanted, if it is on this host."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

MAX_LENGTH = 2000


def safe_next(request: HttpRequest) -> str:
    """The `next` of this request if it stays on this host, else an empty string."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    stays = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if stays and target.startswith("/") and target.isprintable() and len(target) <= MAX_LENGTH else ""
