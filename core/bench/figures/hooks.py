"""Events over HTTP: one at a time against the floor and a naive endpoint, and in batches against one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from core.bench import events
from core.bench.lab import Lab
from core.bench.programme import SHOP
from core.bench.reading import Reading
from core.bench.registry import figure
from core.bench.web import rate

SIZE = 500


@figure("G2")
def single_events(lab: Lab) -> Iterator[Reading]:
    """One event at a time, as a shop posts it."""
    post = _poster(lab)
    ours, reference = lab.compared(lambda: post(f"/hooks/{SHOP}/"), lambda: post("/naive/"))
    yield Reading("G2", "one full event over HTTP", "a naive ORM endpoint", ours, reference, "events/s", 3.0)
    floor = lab.floor
    ours, reference = lab.compared(lambda: post(f"/hooks/{SHOP}/"), lambda: floor.rate(lab.run.seconds))
    yield Reading("G2", "one full event over HTTP", floor.name, ours, reference, "events/s", 0.12)


@figure("G4")
def batches(lab: Lab) -> Iterator[Reading]:
    """Five hundred events in one request."""
    post = _poster(lab)
    ours, reference = lab.compared(
        lambda: post(f"/hooks/{SHOP}/", SIZE) * SIZE,
        lambda: post(f"/hooks/{SHOP}/"),
    )
    yield Reading("G4", "batch of 500 over HTTP", "single posts", ours, reference, "events/s", 8.0)


def _poster(lab: Lab) -> Callable[..., float]:
    """What posts signed events of orders for a while, and tells how many requests a second were answered."""
    key, visitor, run = lab.desk.call(events.secret), lab.visitor(), lab.run

    def post(path: str, size: int = 0) -> float:
        def act() -> None:
            one = events.batch("order.paid", run.members, size) if size else events.event("order.paid", run.members)
            visitor.expect(202, path, *events.signed(key, one))

        act()
        return rate(act, run.seconds)

    return post
