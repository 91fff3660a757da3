"""What every page knows: the brand, read at most once a request."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from core.brand.models import Brand


def brand(request: HttpRequest) -> dict[str, Any]:
    """The brand's settings as `brand`; nothing is read until a page asks."""
    known = getattr(request, "brand", None)
    if known is None:
        known = request.brand = SimpleLazyObject(Brand.current)  # type: ignore[attr-defined]
    return {"brand": known}
