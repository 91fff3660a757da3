"""What the scheduler does for the seals."""

from __future__ import annotations

import time

from crontask import cron
from django.tasks import task

from core.sealing import counting
from core.sealing.sealing import seal

# A run ends before the next begins; what is left is sealed then.
SECONDS = 50


@cron("* * * * *")
@task
def seal_transfers() -> int:
    """Seal what was posted since the last run; return how many transfers were sealed."""
    until = time.monotonic() + SECONDS
    sealed = 0
    while count := seal():
        sealed += count
        if time.monotonic() >= until:
            break
    return sealed


@cron("* * * * *")
@task
def count_facts() -> int:
    """Count the facts that were written since the last run; return how many there are."""
    return counting.count()
