"""A Redis that is dead, or hangs, slows nobody down and silences no page of this process."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as site_settings

from core.live import outbox
from core.live.messages import Message


@pytest.fixture(params=["dead", "hung"])
def bad_redis(request: pytest.FixtureRequest) -> Iterator[str]:
    """An address where nobody listens, or where somebody takes the call and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=1) as server:
        port = server.getsockname()[1]
        if request.param == "dead":
            server.close()
        yield f"redis://127.0.0.1:{port}/0"


def test_publishing_costs_nothing_and_keeps_what_it_could_not_say(bad_redis: str, settings: Any) -> None:
    settings.REDIS_URL = bad_redis
    box = outbox.Outbox()
    began = time.monotonic()
    for number in range(1_000):
        box.put(Message("member:1", "balance", str(number % 10)))
    assert time.monotonic() - began < 0.5
    assert not box.drained(0.8)


def test_what_waits_is_bounded(settings: Any, bad_redis: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REDIS_URL = bad_redis
    monkeypatch.setattr(outbox, "CAPACITY", 100)
    box = outbox.Outbox()
    for number in range(1_000):
        box.put(Message("member:1", "balance", str(number)))
    time.sleep(0.1)
    assert len(box._waiting) <= 100


def test_the_own_messages_are_not_shown_twice() -> None:
    message = Message("everybody", "seats", '{"session": "december"}')
    parcel = outbox.packed([message])
    assert outbox.unpacked(parcel) == []
    assert outbox.unpacked(parcel.replace(outbox.PROCESS, "another")) == [message]


def test_each_deployment_has_a_channel_of_its_own(settings: Any) -> None:
    mine = outbox.channel()
    assert mine == outbox.channel()
    settings.SECRET_KEY = "another"
    assert outbox.channel() != mine
    assert site_settings.SECRET_KEY not in mine
