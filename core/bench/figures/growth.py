"""What growing costs: more challenges, more members, a longer history."""

from __future__ import annotations

from collections.abc import Iterator

from core.bench import events, programme
from core.bench.history import ORDERS
from core.bench.lab import Lab
from core.bench.reading import Reading
from core.bench.registry import figure

FEW, MANY = 5, 500
SMALL = 1000


@figure("G12")
def more_challenges(lab: Lab) -> Iterator[Reading]:
    """An event among 500 live challenges of which 5 match, in parts of the time among 5."""
    run = lab.run
    few, many = lab.station(lab.filled("few")), lab.station(lab.filled("many"))
    many.call(programme.set_up, live=MANY)
    for station in (few, many):
        station.call(events.single, seconds=run.seconds, members=run.members)
    ours, reference = lab.compared(
        lambda: 1000 / many.call(events.single, seconds=run.seconds, members=run.members),
        lambda: 1000 / few.call(events.single, seconds=run.seconds, members=run.members),
    )
    what = f"an event among {MANY} live challenges of which 5 match"
    yield Reading("G12", what, f"among {FEW}", ours, reference, "ms", 1.2, at_most=True)


@figure("G11")
def more_members(lab: Lab) -> Iterator[Reading]:
    """An event among many members with a long history, in parts of the time among a thousand."""
    run, sizes = lab.run, (min(SMALL, lab.people), lab.people)
    small, large = (lab.station(lab.grown(people)) for people in sizes)
    for station, people in zip((small, large), sizes, strict=True):
        station.call(events.single, seconds=run.seconds, members=people)
    ours, reference = lab.compared(
        lambda: 1000 / large.call(events.single, seconds=run.seconds, members=sizes[1]),
        lambda: 1000 / small.call(events.single, seconds=run.seconds, members=sizes[0]),
    )
    what = f"an event at {sizes[1]:,} members and {2 * ORDERS * sizes[1]:,} entries"
    yield Reading("G11", what, f"at {sizes[0]:,} members", ours, reference, "ms", 1.2, at_most=True)
