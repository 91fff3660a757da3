"""Events as a shop signs and sends them, and how fast the door takes them; called in stations."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from random import Random
from typing import Any

from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory
from standardwebhooks.webhooks import Webhook

from core import clock
from core.activities.hooks import MOST_EVENTS, receive
from core.activities.models import Source
from core.bench.filling import email_of, settle
from core.bench.programme import SHOP

PREPARED = 50
_chance = Random()
_factory = RequestFactory(SERVER_NAME="127.0.0.1")


def event(kind: str, members: int) -> dict[str, Any]:
    """One new event of one of the first `members` members."""
    return _of(kind, _chance.randrange(members))


def _of(kind: str, member: int) -> dict[str, Any]:
    number = f"{_chance.getrandbits(64):x}"
    data = {"email": email_of(member), "reference": f"ref-{number}"}
    if kind == "order.paid":
        data["amount"] = f"{_chance.randrange(5, 100)}.50"
    return {"id": f"evt-{number}", "type": kind, "timestamp": clock.now().isoformat(), "data": data}


def signed(secret: str, said: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    """The body and headers with which one event, or a batch, is posted."""
    name = said.pop("id", None) or f"batch-{_chance.getrandbits(64):x}"
    body, now = json.dumps(said), clock.now()
    stamp = str(int(now.timestamp()))
    signature = Webhook(secret).sign(name, now, body)
    headers = {"webhook-id": name, "webhook-timestamp": stamp, "webhook-signature": signature}
    return body.encode(), headers | {"Content-Type": "application/json"}


def secret() -> str:
    """The secret of the shop."""
    return Source.objects.get(slug=SHOP).secret


def batch(kind: str, members: int, size: int) -> dict[str, Any]:
    """A batch of `size` new events."""
    return {"events": [event(kind, members) for _ in range(size)]}


def single(seconds: float, members: int, kind: str = "order.paid") -> float:
    """Events per second, one after the other, each through the whole door: signature, books, challenges, answer."""
    key = secret()
    return _rate(lambda: [_asked(signed(key, event(kind, members))) for _ in range(PREPARED)], 1, seconds)


def batches(seconds: float, members: int, kind: str, size: int = 500) -> float:
    """Events per second in batches of `size`."""
    key = secret()
    return _rate(lambda: [_asked(signed(key, batch(kind, members, size)))], size, seconds)


def begin(members: int) -> None:
    """Let every member be under way: one review and one order each, so that what is measured is no beginning."""
    key = secret()
    for kind in ("review.posted", "order.paid"):
        for first in range(0, members, MOST_EVENTS):
            numbers = range(first, min(first + MOST_EVENTS, members))
            _send(_asked(signed(key, {"events": [_of(kind, number) for number in numbers]})))
    settle()


def contended(seconds: float, members: int) -> dict[str, Any]:
    """How many events were taken while others write too, and how many met a lock that was not given."""
    key, until, done, locked = secret(), time.monotonic() + seconds, 0, 0
    while time.monotonic() < until:
        try:
            _send(_asked(signed(key, event("order.paid", members))))
            done += 1
        except OperationalError:
            locked += 1
    return {"done": done, "locked": locked}


def _asked(posted: tuple[bytes, dict[str, str]]) -> Any:
    body, headers = posted
    return _factory.post(f"/hooks/{SHOP}/", body, content_type="application/json", headers=headers)


def _send(request: Any) -> HttpResponse:
    response = receive(request, SHOP)
    if response.status_code != 202 or b"rejected" in response.content:
        raise RuntimeError(f"An event was answered {response.status_code}: {response.content[:300]!r}")
    return response


def _rate(prepare: Callable[[], list[Any]], weight: int, seconds: float) -> float:
    """How many events a second the door takes; what the shop itself does (making, signing) is not counted."""
    spent, done = 0.0, 0
    while spent < seconds:
        requests = prepare()
        began = time.perf_counter()
        for request in requests:
            _send(request)
            done += weight
            if time.perf_counter() - began + spent >= seconds:
                break
        spent += time.perf_counter() - began
    return done / spent
