"""How long it takes to tell a member's place, and how long Redis takes; called in stations."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

import redis
from django.conf import settings
from django.db import connection

from core.brand.models import Brand
from core.ledger import leaderboard
from core.ledger.histogram import Histograms

TOGETHER = 10_000
_chance = Random()
_redis: list[redis.Redis] = []


def prepare() -> None:
    """Keep the places of few people in memory as those of many are, and have read them."""
    leaderboard.histograms = Histograms(exact=0)
    leaderboard.rank_of(_latest(), leaderboard.board("all", Brand.current()))


def ours(seconds: float) -> float:
    """Milliseconds for one member's place, one after the other, of members by chance."""
    board, last = leaderboard.board("all", Brand.current()), _latest()
    return _milliseconds(lambda: leaderboard.rank_of(_chance.randint(1, last), board), seconds)


def fill_redis(key: str) -> None:
    """Put everybody's total into a sorted set of that name."""
    client = _client()
    with connection.cursor() as cursor:
        cursor.execute("SELECT member_id, earned FROM ledger_wallet ORDER BY member_id")
        while rows := cursor.fetchmany(TOGETHER):
            client.zadd(key, dict(rows))


def in_redis(key: str, seconds: float) -> float:
    """Milliseconds for one ZREVRANK."""
    rank, last = partial(_client().zrevrank, key), _latest()
    return _milliseconds(lambda: rank(_chance.randint(1, last)), seconds)


def forget_redis(key: str) -> None:
    """Remove the sorted set."""
    _client().delete(key)


def _latest() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(member_id) FROM ledger_wallet")
        return int(cursor.fetchone()[0])


def _client() -> redis.Redis:
    if not _redis:
        _redis.append(redis.Redis.from_url(settings.REDIS_URL))
    return _redis[0]


def _milliseconds(act: Callable[[], Any], seconds: float) -> float:
    done, began = 0, time.perf_counter()
    while (spent := time.perf_counter() - began) < seconds or not done:
        if act() is None:
            raise RuntimeError("A member with points has no place.")
        done += 1
    return spent * 1000 / done
