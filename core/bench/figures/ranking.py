"""My place among many."""

from __future__ import annotations

import os
from collections.abc import Iterator

from core.bench import places
from core.bench.lab import Lab
from core.bench.reading import Reading
from core.bench.registry import figure

SMALLER = 100


@figure("G9")
def my_place(lab: Lab) -> Iterator[Reading]:
    """A member's place by the ledger against one in a sorted set of Redis; then among many against among few."""
    seconds, redis, key = lab.run.seconds, lab.redis, f"goodturn-bench-{os.getpid()}"
    few, many = (lab.station(lab.grown(people), REDIS_URL=redis) for people in (lab.people // SMALLER, lab.people))
    for station in (few, many):
        station.call(places.prepare)
    try:
        many.call(places.fill_redis, key=key)
        ours, reference = lab.compared(
            lambda: many.call(places.ours, seconds=seconds),
            lambda: many.call(places.in_redis, key=key, seconds=seconds),
        )
    finally:
        many.call(places.forget_redis, key=key)
    what = f"my rank among {lab.people:,} members"
    yield Reading("G9", what, "Redis ZREVRANK", ours, reference, "ms", 3.0, at_most=True)
    ours, reference = lab.compared(
        lambda: many.call(places.ours, seconds=seconds), lambda: few.call(places.ours, seconds=seconds)
    )
    against = f"among {lab.people // SMALLER:,}"
    yield Reading("G9", what, against, ours, reference, "ms", 1.5, at_most=True)
