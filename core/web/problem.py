"""Errors for programs, as RFC 9457 has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import JsonResponse

MEDIA_TYPE = "application/problem+json"


def problem(
    status: int,
    detail: str = "",
    *,
    type: str = "about:blank",
    errors: Iterable[tuple[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> JsonResponse:
    """An `application/problem+json` answer; `errors` are pairs of field and message."""
    body: dict[str, Any] = {"type": type, "title": HTTPStatus(status).phrase, "status": status}
    if detail:
        body["detail"] = str(detail)
    if errors := list(errors):
        body["errors"] = [{"field": field, "message": str(message)} for field, message in errors]
    return JsonResponse(body, status=status, headers=headers, content_type=MEDIA_TYPE)
