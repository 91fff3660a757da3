"""Reading as somebody does who is not the one who asks: in their language and their time zone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.utils import timezone, translation

from core.brand.models import Brand


@contextmanager
def reading(brand: Brand, language: str, zone: str = "") -> Iterator[None]:
    """As on the pages: in `language` if the brand speaks it, and in the time zone `zone`, else the brand's."""
    spoken = language if language in brand.languages else brand.languages[0]
    with translation.override(spoken), timezone.override(ZoneInfo(zone) if zone else brand.zone):
        yield
