"""Pages that are looked at most: the dashboard of a member, and the page behind an invite link."""

from __future__ import annotations

import time
from collections.abc import Iterator

from core.bench import events, visits
from core.bench.lab import Lab
from core.bench.reading import Reading
from core.bench.registry import figure
from core.bench.web import Visitor, rate

MOST_QUERIES, MOST_UNCHANGED, MOST_LANDING = 8, 2, 2


@figure("G7")
def dashboard(lab: Lab) -> Iterator[Reading]:
    """A member's dashboard with all its queries, through all middleware."""
    desk, run = lab.desk, lab.run
    desk.call(events.batches, seconds=0.01, members=10, kind="order.paid", size=50)
    member, stranger = lab.visitor(desk.call(visits.session)), lab.visitor()
    ours, reference = lab.compared(
        lambda: _rate(member, "/", run.seconds),
        lambda: _rate(stranger, "/bare/page/", run.seconds),
    )
    yield Reading("G7", "dashboard", "a bare 8 KB template", ours, reference, "pages/s", 0.7)
    anew, reference = lab.compared(
        lambda: _rate_anew(lab, member, run.seconds),
        lambda: _rate(stranger, "/bare/page/", run.seconds),
    )
    yield Reading("G7", "dashboard, all of it rendered anew", "a bare 8 KB template", anew, reference, "pages/s", 0.7)
    made = desk.call(visits.queries, path="/", member=True)["made"]
    yield Reading("G7", "dashboard, queries", "the most", made, MOST_QUERIES, "queries", 1.0, at_most=True)
    again = desk.call(visits.queries, path="/", member=True, again=True)
    made = again["made"] if again["status"] == 304 else again["made"] + MOST_UNCHANGED
    what = f"dashboard unchanged ({again['status']}), queries"
    yield Reading("G7", what, "the most", made, MOST_UNCHANGED, "queries", 1.0, at_most=True)


@figure("G8")
def landing(lab: Lab) -> Iterator[Reading]:
    """The page that a friend opens."""
    desk, run = lab.desk, lab.run
    path, stranger = desk.call(visits.link), lab.visitor()
    ours, reference = lab.compared(
        lambda: _rate(stranger, path, run.seconds),
        lambda: _rate(stranger, "/bare/hello/", run.seconds),
    )
    yield Reading("G8", "invite landing", "a bare hello view", ours, reference, "pages/s", 0.3)
    said = desk.call(visits.queries, path=path, member=False)
    yield Reading("G8", "landing, queries", "the most", said["made"], MOST_LANDING, "queries", 1.0, at_most=True)
    yield Reading("G8", "landing, queries that write", "the most", said["writes"], 1, "queries", 0.0, at_most=True)


def _rate_anew(lab: Lab, visitor: Visitor, seconds: float) -> float:
    """The same when nothing that was kept is good any more; what brings that about is not counted."""
    spent, done = 0.0, 0
    while spent < seconds:
        lab.desk.call(visits.touch)
        began = time.perf_counter()
        visitor.expect(200, "/")
        spent += time.perf_counter() - began
        done += 1
    return done / spent


def _rate(visitor: Visitor, path: str, seconds: float) -> float:
    visitor.expect(200, path)
    return rate(lambda: visitor.expect(200, path), seconds)
