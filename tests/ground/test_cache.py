"""The cache while Redis is dead, hangs, and comes back."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from core.breaker import Breaker
from core.web import cache as soft
from core.web.cache import SoftRedisCache


@pytest.fixture(autouse=True)
def _whole_breaker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soft, "_breaker", Breaker(rest=0.5))


@contextmanager
def hanging() -> Iterator[int]:
    """A server that takes connections and never answers; yields its port."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=64)) as server:
        yield server.getsockname()[1]


def closed_port() -> int:
    """A port where nobody listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return int(server.getsockname()[1])


def use(cache: SoftRedisCache) -> None:
    """Everything that Django and our own code do with a cache."""
    cache.clear()
    assert cache.get("a", "nothing") == "nothing"
    cache.set("a", 1, timeout=30)
    assert cache.get("a") == 1
    assert not cache.add("a", 2)
    assert cache.add("b", 2)
    assert cache.incr("b") == 3
    assert cache.has_key("b")
    assert cache.touch("a", 60)
    cache.set_many({"c": 3, "d": 4})
    assert cache.get_many(["c", "d"]) == {"c": 3, "d": 4}
    cache.delete_many(["c", "d"])
    assert cache.get_or_set("e", 5) == 5
    assert cache.delete("a")
    assert cache.get("a") is None
    cache.close()


def test_everything_works_and_limits_still_count_while_redis_is_dead() -> None:
    began = time.monotonic()

    use(SoftRedisCache(f"redis://127.0.0.1:{closed_port()}/0", {}))

    assert time.monotonic() - began < 1


def test_a_redis_that_hangs_costs_one_short_wait_and_not_one_for_each_call() -> None:
    with hanging() as port:
        cache = SoftRedisCache(f"redis://127.0.0.1:{port}/0", {})
        began = time.monotonic()
        assert cache.get("a") is None
        first = time.monotonic() - began
        began = time.monotonic()
        for _time in range(200):
            cache.get("a")
        others = time.monotonic() - began

    assert first < 0.5
    # One more try fell due at most while the others were asked.
    assert others < 0.5


def test_a_breaker_lets_one_caller_at_a_time_find_out_whether_it_is_back() -> None:
    breaker = Breaker(rest=0.05)
    assert breaker.allows()
    assert breaker.is_whole
    assert breaker.failed()
    assert not breaker.allows()

    time.sleep(0.06)

    assert [breaker.allows() for _caller in range(5)] == [True, False, False, False, False]
    assert breaker.succeeded()
    assert not breaker.succeeded()
    assert breaker.allows()
