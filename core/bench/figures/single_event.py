"""One event at a time, by service call: all that the door does but HTTP."""

from __future__ import annotations

from collections.abc import Iterator

from core.bench import events
from core.bench.lab import Lab
from core.bench.reading import Reading
from core.bench.registry import figure


@figure("G1")
def single_event(lab: Lab) -> Iterator[Reading]:
    """One full event: signature, idempotency, ledger, five matching challenges."""
    run, floor, desk = lab.run, lab.floor, lab.desk
    desk.call(events.single, seconds=run.seconds, members=run.members)
    ours, reference = lab.compared(
        lambda: desk.call(events.single, seconds=run.seconds, members=run.members),
        lambda: floor.rate(run.seconds),
    )
    yield Reading("G1", "one full event, service call, one process", floor.name, ours, reference, "events/s", 0.15)
