"""Counting the clicks on a link without making the friend wait: noted in memory, written a moment later by a thread.

Nothing is owed for a click (who invited whom travels with the visitor), so one that a killed process takes with it
costs nobody anything.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, connection

from core import clock
from referrals.models import Click

logger = logging.getLogger(__name__)

AGAIN = timedelta(hours=1)
PAUSE = 0.2  # seconds in which clicks gather before they are written together
PATIENCE = 0.6  # seconds that whoever counts waits for what is still in memory
LATER = 5.0  # seconds until the next try while the database is away
MOST = 20_000  # clicks kept in memory while the database is away; then the oldest go


@dataclass(frozen=True, slots=True)
class Noted:
    """A click that is not written yet; `visitor` and `visitor_before` are one visitor under two keys."""

    code_id: int
    visitor: str
    visitor_before: str
    at: datetime


class ClickBook:
    """The clicks of this process that are still to be written, and the thread that writes them."""

    def __init__(self) -> None:
        self._noted: deque[Noted] = deque(maxlen=MOST)
        self._writing = threading.Lock()
        self._wake = threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        self._pid = 0

    def note(self, code_id: int, names: tuple[str, str]) -> None:
        """Remember a click of the visitor with these names; inside a transaction it is written with it."""
        self._noted.append(Noted(code_id, *names, at=clock.now()))
        if connection.in_atomic_block:
            self.write()
            return
        self._idle.clear()
        if self._pid != os.getpid():
            self._pid = os.getpid()
            threading.Thread(target=self._run, name="clicks", daemon=True).start()
        self._wake.set()

    def settle(self) -> None:
        """Wait a moment until what was clicked before is written, so that a count is not behind."""
        if not connection.in_atomic_block:
            self._idle.wait(PATIENCE)

    def write(self) -> None:
        """Write what is noted: one click a visitor and link within an hour."""
        with self._writing:
            batch = [self._noted.popleft() for _ in range(len(self._noted))]
            try:
                _write(batch)
            except DatabaseError:
                self._noted.extendleft(reversed(batch))
                raise

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            time.sleep(PAUSE)
            if self._noted:
                self._write_patiently()
            if not self._noted:
                self._idle.set()

    def _write_patiently(self) -> None:
        """Write; while the database is away keep what is noted, and whatever happens go on."""
        try:
            self.write()
        except DatabaseError as problem:
            logger.warning("Clicks wait in memory, the database is away: %s", problem)
            self._wake.set()
            time.sleep(LATER)
        except Exception:
            logger.exception("Clicks were lost")
        finally:
            # A connection of this thread's own would lie idle until the next click.
            connection.close()

    def close(self) -> None:
        """Write what is left when the process ends."""
        if self._noted and self._pid == os.getpid():
            try:
                self.write()
            except DatabaseError as problem:
                logger.warning("%d clicks are lost: %s", len(self._noted), problem)


def _write(batch: list[Noted]) -> None:
    """Two statements: who clicked within the hour, and the new clicks."""
    if not batch:
        return
    names = {name for click in batch for name in (click.visitor, click.visitor_before)}
    recent = Click.objects.filter(visitor__in=names, at__gt=min(click.at for click in batch) - AGAIN)
    last = {(click.code_id, click.visitor): click.at for click in recent.order_by("at")}
    new = []
    for click in batch:
        before = (last.get((click.code_id, name)) for name in (click.visitor, click.visitor_before))
        if any(at is not None and click.at - at < AGAIN for at in before):
            continue
        last[click.code_id, click.visitor] = click.at
        hour = click.at.replace(minute=0, second=0, microsecond=0)
        new.append(Click(code_id=click.code_id, visitor=click.visitor, at=click.at, hour=hour))
    # Another process may have written the same visitor's click meanwhile: the constraint keeps one an hour.
    Click.objects.bulk_create(new, ignore_conflicts=True)


book = ClickBook()
atexit.register(book.close)


def of(code_id: int) -> int:
    """How many clicks a link has had, those of this moment included."""
    book.settle()
    return Click.objects.filter(code_id=code_id).count()
