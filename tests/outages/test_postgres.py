"""Without its PostgreSQL the site says so at once and keeps nothing; with it, it works again by itself."""

from __future__ import annotations

import json
import time

from tests.outages.killing import check, site
from tests.outages.servers import postgres
from tests.processes import ask

AT_ONCE = 3.0  # seconds; two on a machine that has nothing else to do
AGAIN = 30.0  # `killing.py` asks more closely, on a machine that has nothing else to do


def test_a_database_that_is_away_is_answered_at_once_and_comes_back_by_itself() -> None:
    with postgres() as server, site(server.url) as one:
        port = int(one.said["PORT"])
        server.kill()
        for path, status in (("/readyz", 503), ("/", 503), ("/challenges/", 503), ("/healthz", 200)):
            answer = ask(port, path)
            assert (path, answer.status) == (path, status)
            assert answer.seconds < AT_ONCE, path
        assert json.loads(ask(port, "/readyz").body)["database"] == "away"
        server.start()
        assert one.traffic.first_answer_after(time.monotonic(), 60) < AGAIN
        assert ask(port, "/challenges/").status == 200
        one.traffic.__exit__()
        check(one.said, one.traffic)
