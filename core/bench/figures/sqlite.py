"""SQLite in earnest: one event against the bare library, and four writers at once."""

from __future__ import annotations

from collections.abc import Iterator

from core.bench import bare_sqlite, events
from core.bench.lab import Lab
from core.bench.reading import Reading
from core.bench.registry import figure
from core.bench.scratch import path_of
from core.bench.station import together

WRITERS = 4


@figure("G5")
def on_sqlite(lab: Lab) -> Iterator[Reading]:
    """A single event in parts of what `sqlite3` alone does; then lock errors, of which there may be none."""
    run = lab.run
    file = lab.filled("events", lab.files)
    desk = lab.station(file)
    desk.call(events.single, seconds=run.seconds, members=run.members)
    bare = path_of(lab.files.make("bare", like=file))
    ours, reference = lab.compared(
        lambda: desk.call(events.single, seconds=run.seconds, members=run.members),
        lambda: desk.call(bare_sqlite.rate, file=bare, seconds=run.seconds),
    )
    yield Reading("G5", "SQLite, one full event", "sqlite3 alone, the same rows", ours, reference, "events/s", 0.4)
    writers = [desk, *(lab.station(file) for _ in range(WRITERS - 1))]
    answers = together(writers, events.contended, seconds=run.seconds * 2, members=run.members)
    locked, done = sum(answer["locked"] for answer in answers), sum(answer["done"] for answer in answers)
    yield Reading("G5", "SQLite, 4 writers", "events tried", locked, locked + done, "lock errors", 0.0, at_most=True)
