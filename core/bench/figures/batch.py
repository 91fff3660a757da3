"""Five hundred events at once."""

from __future__ import annotations

from collections.abc import Iterator

from core.bench import events
from core.bench.lab import Lab
from core.bench.reading import Reading
from core.bench.registry import figure

KINDS = (("review.posted", "award only", 2.0), ("order.paid", "with 5 challenges", 1.0))


@figure("G3")
def batch_of_500(lab: Lab) -> Iterator[Reading]:
    """A batch by service call, in events a second."""
    run, floor, desk = lab.run, lab.floor, lab.desk
    for kind, what, goal in KINDS:
        desk.call(events.batches, seconds=run.seconds, members=run.members, kind=kind)
        ours, reference = lab.compared(
            lambda kind=kind: desk.call(events.batches, seconds=run.seconds, members=run.members, kind=kind),  # type: ignore[misc]
            lambda: floor.rate(run.seconds),
        )
        yield Reading("G3", f"batch of 500, {what}", floor.name, ours, reference, "events/s", goal)
