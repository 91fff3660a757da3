"""A site whose parts are killed in the middle of their work loses nothing that it acknowledged.

A short form of `python -m tests.outages.killing`, which also asks how soon the site answers again.
"""

from __future__ import annotations

from django.db import connection

from tests.outages.killing import run


def test_nothing_acknowledged_is_lost_when_parts_are_killed() -> None:
    said: list[str] = []
    databases = 2 if connection.vendor == "postgresql" else 0
    waits = run(web=2, worker=1, databases=databases, say=said.append)
    assert len(said) == 2
    assert set(waits) == ({"web", "postgres"} if databases else {"web"})
