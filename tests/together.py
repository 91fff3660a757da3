"""Many at once: the same act in as many threads, let go at one moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections


def at_once(act: Callable[[int], Any], times: int, *, threads: int = 25) -> list[Any]:
    """Do `act(n)` for n below `times`, up to `threads` at one moment; return the results, or what was raised."""
    barrier = Barrier(min(times, threads))
    first_round = min(times, threads)

    def one(number: int) -> Any:
        try:
            if number < first_round:
                barrier.wait(timeout=30)
            return act(number)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(first_round) as pool:
        return list(pool.map(one, range(times)))
