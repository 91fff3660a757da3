"""Sealing what was posted: each transfer becomes the next leaf of the tree, and a head is made over all of them."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import IntegrityError, transaction

from core.ledger.models import Transfer
from core.sealing import stored
from core.sealing.horizon import Horizon, horizon
from core.sealing.keys import keys_of
from core.sealing.leaves import COLUMNS, Row, leaf_bytes
from core.sealing.merkle import leaf_hash
from core.sealing.models import Head, Leaf

BATCH = 2000


def seal(limit: int = BATCH) -> int:
    """Seal up to `limit` transfers that are not sealed yet, in the order of their ids; return how many were sealed.

    A transfer that appears late, after larger ids were sealed, is sealed then: the tree's order is that of sealing. Two
    who seal at once draw for the same places, so that one of them does nothing.
    """
    seen, before = horizon(), Head.latest()
    try:
        with transaction.atomic():
            return _seal(seen, limit)
    except IntegrityError:
        if Head.latest() == before:
            raise
        return 0


def unsealed(above: int, upto: int, limit: int) -> tuple[list[Row], int]:
    """The next transfers without a leaf, among ids over `above` up to `upto`, and the id below which they are all.

    Looks at `limit` transfers at a time, and no further than it must: above the mark nearly none has a leaf.
    """
    rows: list[Row] = []
    between = Transfer.objects.filter(pk__lte=upto).order_by("pk").values_list(*COLUMNS)
    while not rows:
        window = list(between.filter(pk__gt=above)[:limit])
        leaves = Leaf.objects.filter(transfer__gt=above, transfer__lte=window[-1][0]) if window else Leaf.objects.none()
        sealed = set(leaves.values_list("transfer", flat=True))
        rows = [row for row in window if row[0] not in sealed]
        if len(window) < limit:
            return rows, max(above, upto)
        above = window[-1][0]
    return rows, above


def _seal(seen: Horizon, limit: int) -> int:
    head = Head.latest()
    size, mark = (head.size, head.upto) if head else (0, 0)
    rows, reached = unsealed(mark, seen.largest, limit)
    if not rows:
        return 0
    frontier = stored.frontier(size)
    leaves = list(_leaves(rows, size))
    nodes: list[tuple[int, int, bytes]] = []

    def completed(level: int, index: int, hash: bytes) -> bytes:
        nodes.append((level, index, hash))
        return hash

    for *_rest, hash in leaves:
        frontier.append(hash, completed)
    stored.append(leaves, nodes)
    Head.objects.bulk_create([Head(size=frontier.size, root=frontier.root(), upto=reached if seen.settled else mark)])
    return len(leaves)


def _leaves(rows: list[Row], first: int) -> Iterator[tuple[int, int, bytes, bytes]]:
    keys = keys_of(row[-2] for row in rows)
    for position, row in enumerate(rows, first):
        commitment = keys[row[-2]].commitment(row[0], row[-1])
        yield position, row[0], commitment, leaf_hash(leaf_bytes(row, commitment))
