"""The tree as it is kept: its right edge for whoever goes on sealing, and the hashes of ranges for whoever proves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Q

from core import bulk
from core.sealing.merkle import STEP, Frontier, Range, complete, fold, frontier_of, over
from core.sealing.models import Leaf, Node


def frontier(size: int) -> Frontier:
    """The right edge of the tree of the first `size` leaves, in two queries."""
    kept = frontier_of(size)
    levels: list[list[bytes]] = [[] for _level in kept]
    if not kept:
        return Frontier()
    (_lowest, (start, end)), higher = kept[0], kept[1:]
    leaves = Leaf.objects.filter(position__gte=start, position__lt=end).order_by("position")
    levels[0] = [bytes(hash) for hash in leaves.values_list("hash", flat=True)]
    if higher:
        asked = [Q(level=level, index__gte=start, index__lt=end) for level, (start, end) in higher]
        nodes = Node.objects.filter(reduce(or_, asked)).order_by("level", "index")
        for level, hash in nodes.values_list("level", "hash"):
            levels[level // STEP].append(bytes(hash))
    return Frontier(size, levels)


def append(leaves: list[tuple[int, int, bytes, bytes]], nodes: list[tuple[int, int, bytes]]) -> None:
    """Keep new leaves, each (place, transfer, commitment, hash), and nodes, each (level, number, hash)."""
    _insert("sealing_leaf (position, transfer_id, commitment, hash)", "bigint bigint bytea bytea", leaves)
    _insert('sealing_node (level, "index", hash)', "smallint bigint bytea", nodes)


def _insert(into: str, types: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            columns = [list(column) for column in zip(*rows, strict=True)]
            arrays = ", ".join(f"%s::{type}[]" for type in types.split())
            cursor.execute(f"INSERT INTO {into} SELECT * FROM UNNEST({arrays})", columns)
        else:
            places = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {into} VALUES ({places})", rows)


class Hashes:
    """The hashes of ranges of the tree, read in two queries however many are asked for."""

    def __init__(self, ranges: Iterable[Range]) -> None:
        asked = {part for each in ranges for part in complete(each)}
        kept = {place for part in asked for place in _kept(*part)}
        self._known: dict[tuple[int, int], bytes] = {
            **_read_leaves([index for level, index in kept if not level]),
            **read_nodes([place for place in kept if place[0]]),
        }

    def of(self, part: Range) -> bytes:
        """The hash of one of the ranges."""
        return fold([self._node(level, index) for level, index in complete(part)])

    def _node(self, level: int, index: int) -> bytes:
        known = self._known.get((level, index))
        if known is None:
            known = over([self._known[place] for place in _kept(level, index)])
            self._known[level, index] = known
        return known


def _kept(level: int, index: int) -> list[tuple[int, int]]:
    """The kept hashes that a subtree's is worked out from."""
    below = level % STEP
    return [(level - below, place) for place in range(index << below, (index + 1) << below)]


def _read_leaves(positions: list[int]) -> dict[tuple[int, int], bytes]:
    if not positions:
        return {}
    condition, params = bulk.among(positions)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT position, hash FROM sealing_leaf WHERE position {condition}", params)
        return {(0, position): bytes(hash) for position, hash in cursor.fetchall()}


def read_nodes(places: list[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """The kept nodes at these places, each (level, index), as far as they are there."""
    if not places:
        return {}
    levels, indexes = [list(column) for column in zip(*places, strict=True)]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            asked = "UNNEST(%s::smallint[], %s::bigint[]) AS v(level, place)"
            params: list[Any] = [levels, indexes]
        else:
            asked = "(SELECT value ->> 0 AS level, value ->> 1 AS place FROM json_each(%s)) AS v"
            params = [json.dumps(places)]
        cursor.execute(
            f'SELECT n.level, n."index", n.hash FROM {asked} '
            'JOIN sealing_node n ON n.level = v.level AND n."index" = v.place',
            params,
        )
        return {(level, index): bytes(hash) for level, index, hash in cursor.fetchall()}
