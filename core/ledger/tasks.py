"""What the scheduler does for the books."""

from __future__ import annotations

from crontask import cron
from django.tasks import task

from core.ledger.releasing import BATCH, release_due


@cron("* * * * *")
@task
def release_pending() -> int:
    """Release every award whose hold is over; return how many lots were released."""
    released = 0
    while count := release_due():
        released += count
        if count < BATCH:
            break
    return released
