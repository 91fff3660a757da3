"""Every "no" of the API as application/problem+json (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from ninja.errors import HttpError, ValidationError

from core.web.away import is_away, unavailable
from core.web.problem import problem
from core.web.refused import Refused

log = logging.getLogger(__name__)


class Problem(Exception):
    """A "no" that is said at once.

    `slug` ends the problem's type; "" stands for a problem that its status says all about ("about:blank").
    `errors` are pairs of field and message, for 422.
    """

    def __init__(
        self,
        status: int,
        detail: str = "",
        *,
        slug: str = "",
        errors: Sequence[tuple[str, str]] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.slug = status, detail, slug
        self.errors = errors
        self.headers = headers or {}

    def response(self) -> HttpResponse:
        """The problem as it is sent."""
        type = f"/problems/{self.slug}" if self.slug else "about:blank"
        return problem(self.status, self.detail, type=type, errors=self.errors, headers=self.headers)


def wrong(field: str, message: str) -> Problem:
    """422 because of one member or parameter; raise it where only the domain can tell."""
    return Problem(422, "Something in the request is wrong.", errors=[(field, message)])


def unknown(thing: str) -> Problem:
    """404 for something that is not there."""
    return Problem(404, f"There is no such {thing}.")


def unauthorized() -> Problem:
    """401, with the way to do better."""
    return Problem(401, "A valid bearer token is needed.", headers={"WWW-Authenticate": 'Bearer realm="goodturn"'})


def of(exception: Exception) -> Problem | None:
    """The problem that an exception stands for; None if it is a mistake of the code's."""
    match exception:
        case Problem():
            return exception
        case Refused():
            return Problem(exception.status, str(exception), slug=exception.slug)
        case ValidationError():
            errors = [(_field(error["loc"]), _message(error)) for error in exception.errors]
            return Problem(422, "Something in the request is wrong.", errors=errors)
        case HttpError(status_code=401):
            return unauthorized()
        case HttpError(__cause__=Problem() as cause):
            return cause  # what the parser said; django-ninja wraps it
        case HttpError():
            return Problem(exception.status_code, str(exception))
        case Http404() | ObjectDoesNotExist():
            return Problem(404, "There is no such thing.")
        case RequestDataTooBig():
            return Problem(413)
        case UnreadablePostError() | SuspiciousOperation():
            return Problem(400, "The request could not be read.")
    return None


def answer(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The response to an exception of an operation, whatever it is."""
    if (known := of(exception)) is not None:
        return known.response()
    if is_away(exception):
        return unavailable(request)
    got_request_exception.send(sender=None, request=request)
    log.error("%s %s failed.", request.method, request.path, exc_info=exception)
    return Problem(500, "That is a mistake of ours; nothing was changed.").response()


def _field(where: tuple[str | int, ...]) -> str:
    """The member or parameter as the caller wrote it: "email", or "items.0.reward" inside other things."""
    source, *path = where
    if source == "body":
        path = path[1:]  # the name of the function's argument
    return ".".join(str(step) for step in path)


def _message(error: dict[str, Any]) -> str:
    return str(error["msg"]).removeprefix("Value error, ")
