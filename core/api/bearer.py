"""Bearer tokens (RFC 6750): who asks, and whether they may."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import HttpBearer

from core.api.models import Token

READING = ("GET", "HEAD", "OPTIONS")


class Bearer(HttpBearer):
    """Lets a token in force read, and one of scope `write` write too."""

    def __call__(self, request: HttpRequest) -> Token | None:
        known = getattr(request, "token", None)
        return known or super().__call__(request)

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        """The token of this request; 403 for a write with one that may only read."""
        found = Token.bearing(token.strip())
        if found is not None and request.method not in READING and not found.may_write:
            raise HttpError(403, "This token may only read.")
        request.token = found  # type: ignore[attr-defined]
        return found


bearer = Bearer()
