"""Changes that many pages show at once: how quickly they are sent, what a page's socket holds, when a browser swaps."""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib.util import find_spec
from statistics import median

from core.bench import browser, crowd
from core.bench.lab import Lab
from core.bench.reading import CannotRun, Reading
from core.bench.registry import figure

MOST_MEMORY = 50.0  # KiB a socket
MOST_SECONDS, WATCHING = 1.0, 300


@figure("G10")
def fan_out(lab: Lab) -> Iterator[Reading]:
    """One change to everybody, in deliveries a second."""
    if find_spec("channels_redis") is None:
        raise CannotRun("The reference of the fan-out needs channels_redis (make test installs it).")
    hall, seconds = lab.hall, lab.run.seconds
    other = hall.reference()
    ours, reference = lab.compared(
        lambda: hall.crowd.call(crowd.by_hub, port=hall.server.port, seconds=seconds),
        lambda: hall.crowd.call(crowd.by_channel_layer, port=other.port, seconds=seconds),
    )
    hall.crowd.call(crowd.leave, port=other.port, number=0)
    what = f"a change to {hall.number:,} sockets"
    yield Reading("G10", what, "RedisPubSubChannelLayer", ours, reference, "deliveries/s", 8.0)


@figure("G10")
def memory(lab: Lab) -> Iterator[Reading]:
    """What a socket adds to the server's memory."""
    hall = lab.hall
    if hall.grown_by is None:
        raise CannotRun("This system does not tell how much memory a process holds.")
    ours = hall.grown_by / hall.number / 1024
    yield Reading("G10", "memory of a socket", "the most", ours, MOST_MEMORY, "KiB", 1.0, at_most=True)


@figure("G10")
def in_a_browser(lab: Lab) -> Iterator[Reading]:
    """From the commit to the new words in a page, while as many other pages are told something too."""
    hall, watching = lab.hall, min(WATCHING, lab.run.sockets)
    hall.crowd.call(crowd.leave, port=hall.server.port, number=watching)
    with browser.wallet(hall.server.url, hall.cookies[0]) as page:
        took = []
        for number in range(lab.run.rounds + 1):
            committed = hall.crowd.call(crowd.reward, number=number)
            took.append(page.swapped() - committed)
            time.sleep(0.1)
        ours = median(took[1:])  # until the first, the page was still opening its socket
    what = f"commit to swap in a browser, {watching} other sockets"
    yield Reading("G10", what, "the most", ours, MOST_SECONDS, "s", 1.0, at_most=True)
