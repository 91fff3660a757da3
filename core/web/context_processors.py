"""What every page knows: the brand, read at most once a request."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from core.brand import now
from core.brand.models import Brand


def brand(request: HttpRequest) -> dict[str, Any]:
    """The brand's settings as `brand`; nothing is read until a page asks."""
    return {"brand": brand_of(request)}


def brand_of(request: Any) -> Brand:
    """The brand as every page knows it, read once a request."""
    known: Brand | None = getattr(request, "brand", None)
    if known is None:
        known = request.brand = cast(Brand, SimpleLazyObject(now.read))
    return known
