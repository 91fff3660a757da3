"""What every page of a member knows: how many notices wait to be read."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject


def unread(request: HttpRequest) -> dict[str, Any]:
    """The number of unread notices as `unread`, as it came with the member of the session."""
    return {"unread": SimpleLazyObject(lambda: getattr(request.user, "unread", 0))}
