"""How many members earned how much: what turns anybody's points into a place, in constant time at any size.

A histogram holds each total that somebody on the leaderboard has, in order, so that a place is one bisection in memory.
One of few people is read anew each time and is exact. One of many is kept by each process and read anew in the
background, so nobody waits for it; it is then as old as that: half a minute, or longer where reading it takes long.
"""

from __future__ import annotations

import logging
import threading
import time
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import DatabaseError, connection, connections
from django.db.models import Count, Min, QuerySet

from core.ledger.models import Tally, Wallet
from core.members.models.member import seen

logger = logging.getLogger(__name__)

EXACT = 2_000  # people up to which it is read each time, in a few milliseconds
CANDIDATES = 150  # people read again for the first hundred places, since some may have moved
REFRESH = 30.0  # seconds for which one of many is good …
SHARE = 50  # … or so many times as long as it took to read, so that reading takes 2 % of a core at most
OF_ALL_TIME = f"SELECT earned FROM {Wallet._meta.db_table} WHERE member_id = %s"
OF_A_PERIOD = f"SELECT earned FROM {Tally._meta.db_table} WHERE member_id = %s AND per = %s AND starts = %s"


@dataclass(frozen=True)
class Board:
    """One leaderboard: by what was earned in the week or month from `starts` on, or in all without one."""

    per: str
    starts: date | None = None

    def sums(self) -> QuerySet[Any]:
        """What each member earned: rows with a `member` and `earned`."""
        if self.starts is None:
            return Wallet.objects.all()
        return Tally.objects.filter(per=self.per, starts=self.starts)

    def ranked(self) -> QuerySet[Any]:
        """The same of those who earned anything and whose place others may see."""
        return self.sums().filter(seen("member__"), earned__gt=0)

    def points_of(self, member_id: int) -> int:
        """What one member earned, exactly; 0 for nothing (one query, written out: the ORM would cost more than it)."""
        period: list[Any] = [] if self.starts is None else [self.per, self.starts]
        with connection.cursor() as cursor:
            cursor.execute(OF_A_PERIOD if period else OF_ALL_TIME, [member_id, *period])
            found = cursor.fetchone()
        return max(int(found[0]), 0) if found else 0


@dataclass(frozen=True)
class Histogram:
    """The different totals, ascending, with one member of each; `top` are the members of the highest ones."""

    totals: array[int]
    who: array[int]
    people: int
    top: tuple[int, ...]
    took: float = 0.0
    made: float = field(default_factory=time.monotonic)

    @classmethod
    def read(cls, board: Board) -> Histogram:
        """Read it from the database (two queries, in proportion to those who are seen)."""
        began = time.monotonic()
        totals, who, people = array("q"), array("q"), 0
        rows = board.ranked().order_by("earned").values_list("earned").annotate(Min("member_id"), Count("pk"))
        with connection.cursor() as cursor:
            # Not by `iterator`: of a cursor on the server PostgreSQL expects that a tenth of the rows is wanted, and
            # walks an index of a million rows, which took a minute instead of a second.
            cursor.execute(*rows.query.sql_with_params())
            for earned, member_id, count in cursor:
                totals.append(earned)
                who.append(member_id)
                people += count
        top: list[int] = []
        if totals:
            # As many different totals are at least as many people: the join is with those few.
            highest = board.ranked().filter(earned__gte=totals[-CANDIDATES:][0])
            top += highest.order_by("-earned", "member_id").values_list("member_id", flat=True)[:CANDIDATES]
        return cls(totals, who, people, tuple(top), time.monotonic() - began)

    def rank(self, points: int) -> int:
        """The place of `points`: 1 and the number of different totals above them. Equal points share a place."""
        return len(self.totals) - bisect_right(self.totals, points) + 1

    def above(self, points: int, most: int) -> Iterable[int]:
        """One member of each of the next totals above `points`."""
        here = bisect_right(self.totals, points)
        return self.who[here : here + most]

    def below(self, points: int, most: int) -> Iterable[int]:
        """One member with these very points and one of each of the next totals below."""
        here = bisect_left(self.totals, points)
        return self.who[max(here - most, 0) : bisect_right(self.totals, points)]

    def next_above(self, points: int) -> int | None:
        """The next total above `points`; None for the first."""
        here = bisect_right(self.totals, points)
        return self.totals[here] if here < len(self.totals) else None

    @property
    def age(self) -> timedelta:
        """How long ago it was read."""
        return timedelta(seconds=time.monotonic() - self.made)

    def is_old(self, refresh: float) -> bool:
        """Whether it is time to read it anew: after `refresh` seconds, or later where reading takes long."""
        return time.monotonic() - self.made > max(refresh, SHARE * self.took)


class Histograms:
    """The histograms that this process keeps, one a kind of board; `exact` people and fewer are read each time."""

    def __init__(self, exact: int = EXACT, refresh: float = REFRESH) -> None:
        self.exact, self.refreshed_after = exact, refresh
        self.renewing: set[Board] = set()
        self._kept: dict[str, tuple[Board, Histogram]] = {}
        self._first = threading.Lock()

    def of(self, board: Board) -> Histogram:
        """The histogram of a board: exact for few people; for many as it was a moment ago, without a query."""
        known = self._known(board)
        if known is None:
            with self._first:
                known = self._known(board)
                return known if known and known.people > self.exact else self._read(board)
        if known.people <= self.exact:
            return self._read(board)
        if known.is_old(self.refreshed_after):
            self.renew(board)
        return known

    def renew(self, board: Board) -> threading.Thread | None:
        """Read it anew in the background; None when somebody does so already."""
        if board in self.renewing:
            return None
        self.renewing.add(board)
        thread = threading.Thread(target=self._renew, args=(board,), name="leaderboard", daemon=True)
        thread.start()
        return thread

    def _known(self, board: Board) -> Histogram | None:
        of_board, known = self._kept.get(board.per, (None, None))
        return known if of_board == board else None

    def _read(self, board: Board) -> Histogram:
        found = Histogram.read(board)
        self._kept[board.per] = (board, found)
        return found

    def refresh(self, board: Board) -> bool:
        """Read it anew now; False, and it stays as it was, when the database cannot tell."""
        try:
            self._read(board)
        except DatabaseError as problem:
            logger.warning("The leaderboard stays as it was: %s", problem)
            return False
        return True

    def _renew(self, board: Board) -> None:
        try:
            self.refresh(board)
        finally:
            self.renewing.discard(board)
            connections.close_all()
