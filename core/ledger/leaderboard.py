"""Who earned most: the first hundred, and one's own place with its neighbours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from core import clock
from core.brand.models import Brand
from core.brand.periods import Per, period
from core.ledger.histogram import Board, Histogram, Histograms
from core.members.models import Member

WEEK, MONTH, ALL = Per.WEEK.value, Per.MONTH.value, "all"
TOP = 100
NEIGHBOURS = 2

histograms = Histograms()


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a member by alias, never by e-mail."""

    rank: int
    alias: str
    points: int
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a member stands: exact `points`, and `rank` among those who are seen, None without points.

    `to_go` is how many points more make the next place up. `seen` tells whether others see it. `around` are those with
    the next totals above and below, where they are not among the first hundred anyway.
    """

    points: int
    rank: int | None
    to_go: int | None
    seen: bool
    around: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """What one member sees of a board; `counted` is since when the places stand, None where they are those of now."""

    rows: tuple[Row, ...]
    place: Place | None
    counted: datetime | None


def board(per: str, brand: Brand) -> Board:
    """The board of this week or month in the brand's zone, or of all time."""
    if per == ALL:
        return Board(ALL)
    return Board(per, date.fromisoformat(period(clock.now(), per, brand.zone).key))


def rank_of(member_id: int, board: Board) -> int | None:
    """A member's place among those who are seen, None without points: one query, whatever the size of the programme."""
    points = board.points_of(member_id)
    return histograms.of(board).rank(points) if points > 0 else None


def top(board: Board) -> tuple[Row, ...]:
    """The first hundred, as everybody may see them."""
    found = histograms.of(board)
    return _ranked(_read(board, found.top).values())


def look(board: Board, member: Member) -> Look:
    """The board as a member sees it; whoever is staff has no place on it."""
    found = histograms.of(board)
    counted = None if found.people <= histograms.exact else clock.now() - found.age
    points = 0 if member.role else board.points_of(member.pk)
    ids = {*found.top, member.pk}
    if points > 0:
        ids |= {*found.above(points, NEIGHBOURS), *found.below(points, NEIGHBOURS)}
    read = _read(board, ids)
    rows = _ranked((read[each] for each in {*found.top, member.pk} if each in read), member.pk)
    return Look(rows, None if member.role else _place(found, rows, read, member, points), counted)


Read = dict[int, tuple[int, str, int]]


def _read(board: Board, ids: Iterable[int]) -> Read:
    """Those of `ids` who are seen now, with alias and points as they are now; whoever has just left is not there.

    Two queries, each by its key: from a join a database might make a walk through all members.
    """
    wanted = list(ids)
    names = dict(Member.objects.on_leaderboard().filter(pk__in=wanted).values_list("pk", "alias"))
    sums = board.sums().filter(member_id__in=wanted).values_list("member_id", "earned")
    return {who: (who, names[who], points) for who, points in sums if who in names and points > 0}


def _ranked(read: Iterable[tuple[int, str, int]], me: int | None = None) -> tuple[Row, ...]:
    """The first hundred of these in order; equal points share a place, and the next place is the next number."""
    rows: list[Row] = []
    for member_id, alias, points in sorted(read, key=lambda row: (-row[2], row[0]))[:TOP]:
        rank = 1 if not rows else rows[-1].rank + (points < rows[-1].points)
        rows.append(Row(rank, alias, points, member_id == me))
    return tuple(rows)


def _place(found: Histogram, rows: tuple[Row, ...], read: Read, member: Member, points: int) -> Place:
    seen = member.is_on_leaderboard
    if points <= 0:
        return Place(points, None, None, seen)
    listed = next((row for row in rows if row.mine), None)
    rank = listed.rank if listed else found.rank(points)
    higher = found.next_above(points)
    to_go = higher - points if higher is not None and rank > 1 else None
    return Place(points, rank, to_go, seen, () if listed else _around(found, read, member, points))


def _around(found: Histogram, read: Read, member: Member, points: int) -> tuple[Row, ...]:
    """The member between those with the next totals."""
    ids = {*found.above(points, NEIGHBOURS), *found.below(points, NEIGHBOURS)} - {member.pk}
    rows = [Row(found.rank(read[each][2]), read[each][1], read[each][2]) for each in ids if each in read]
    rows.append(Row(found.rank(points), member.alias, points, mine=True))
    return tuple(sorted(rows, key=lambda row: (-row.points, not row.mine)))
