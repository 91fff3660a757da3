"""What the scheduler does for the books."""

from __future__ import annotations

from crontask import cron
from django.tasks import task

from core.ledger.expiring import expire_due
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


@cron("7 * * * *")
@task
def expire_points() -> int:
    """Tell of points that end, and let expire those whose last day is over; return how much was done."""
    return expire_due()
