"""A write that comes twice happens once: `Idempotency-Key`, as Stripe and the IETF draft of that name have it.

An app's router puts `@idempotent` directly below the operation of every write::

    @router.post("/redemptions", response={201: RedemptionOut})
    @idempotent
    def redeem(request, body: RedemptionIn):
        ...                                        # one domain call; may raise Refused or problems.unknown("reward")
        return Status(201, …)

With the header the effect and the answer are committed in one transaction, so that a crash keeps both or neither.
Parallel copies wait (on the unique key of `Reply` in PostgreSQL, on the one writer in SQLite) and get the first answer,
for ever, refusals (409) and unknown things (404) included; what a refused operation did is rolled back and its answer
kept. A request that is wrong in itself (400, 401, 403, 415, 422) or that failed (5xx) leaves no trace and may come
again with the same key. Without the header the operation runs in one transaction all the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from ninja.decorators import decorate_view

from core.api import problems
from core.api.bearer import bearer
from core.api.models import ERASED, Reply, Token

HEADER = "Idempotency-Key"
LONGEST = 200
Run = Callable[..., HttpResponse]


class _Undone(Exception):
    """Rolls a transaction back and carries out the response that says why."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response


def idempotent(view: Callable[..., Any]) -> Callable[..., Any]:
    """Make a write of the API happen once for each idempotency key; see the module."""
    decorated: Callable[..., Any] = decorate_view(_once)(view)
    decorated.takes_idempotency_key = True  # type: ignore[attr-defined]
    return decorated


def _once(run: Run) -> Run:
    def once(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        def operate() -> HttpResponse:
            return run(request, *args, **kwargs)

        try:
            token = bearer(request)
            if token is None:
                return operate()  # which answers 401
            if HEADER not in request.headers:
                return _whole(operate)
            key = _key(request)
            return _replied(token, key, _fingerprint(request), operate)
        except Exception as error:
            return problems.answer(request, error)

    return once


def _whole(operate: Callable[[], HttpResponse]) -> HttpResponse:
    """Run the operation in one transaction, which an answer other than 2xx rolls back."""
    try:
        with transaction.atomic():
            response = operate()
            if response.status_code >= 300:
                raise _Undone(response)
    except _Undone as undone:
        return undone.response
    return response


def _replied(token: Token, key: str, fingerprint: str, operate: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        with transaction.atomic():
            reply = _claim(token, key, fingerprint)
            if reply is None:
                return _again(Reply.objects.get(token=token, key=key), fingerprint)
            response = _whole(operate)
            if response.status_code >= 300 and response.status_code not in (404, 409):
                raise _Undone(response)
            reply.status, reply.body = response.status_code, response.content.decode()
            reply.content_type = response["Content-Type"]
            reply.save(update_fields=["status", "body", "content_type", "checksum"])
    except _Undone as undone:
        return undone.response
    return response


def _claim(token: Token, key: str, fingerprint: str) -> Reply | None:
    """A row of one's own for this key, or None if there is one; waits for a copy that is on its way."""
    try:
        with transaction.atomic():
            return Reply.objects.create(token=token, key=key, fingerprint=fingerprint)
    except IntegrityError:
        return None


def _again(reply: Reply, fingerprint: str) -> HttpResponse:
    if reply.fingerprint not in (fingerprint, ERASED):
        problem = problems.Problem(
            409, "This idempotency key was used for another request.", slug="idempotency-key-reused"
        )
        return problem.response()
    response = HttpResponse(reply.body, status=reply.status, content_type=reply.content_type)
    response["Idempotent-Replayed"] = "true"
    return response


def _key(request: HttpRequest) -> str:
    key = request.headers[HEADER]
    if not (1 <= len(key) <= LONGEST and key.isascii() and key.isprintable()):
        raise problems.wrong(HEADER, f"This must be 1 to {LONGEST} printable ASCII characters.")
    return key


def _fingerprint(request: HttpRequest) -> str:
    """The same for the same request, however its JSON was spelled."""
    try:
        body = json.dumps(json.loads(request.body), sort_keys=True)
    except (ValueError, RecursionError):
        body = request.body.decode("latin-1")
    return hashlib.sha256("\n".join([str(request.method), request.path, body]).encode()).hexdigest()
