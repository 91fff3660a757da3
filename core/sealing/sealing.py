"""Sealing what was posted: each transfer becomes the next leaf of the tree, and a head is made over all of them."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from core.ledger.models import Transfer
from core.sealing import stored
from core.sealing.horizon import Horizon, horizon
from core.sealing.keys import keys_of
from core.sealing.leaves import COLUMNS, Row, leaf_bytes
from core.sealing.merkle import leaf_hash
from core.sealing.models import Head, Leaf, Node

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


def unsealed(upto: int) -> QuerySet[Transfer]:
    """The transfers without a leaf, by id; all up to the mark `upto` are known to have one."""
    return Transfer.objects.filter(pk__gt=upto, leaf=None).order_by("pk")


def _seal(seen: Horizon, limit: int) -> int:
    head = Head.latest()
    size, upto = (head.size, head.upto) if head else (0, 0)
    rows = list(unsealed(upto).filter(pk__lte=seen.largest).values_list(*COLUMNS)[:limit])
    if not rows:
        return 0
    if seen.settled:
        upto = seen.largest if len(rows) < limit else rows[-1][0]
    frontier = stored.frontier(size)
    nodes: list[Node] = []

    def completed(level: int, index: int, hash: bytes) -> bytes:
        nodes.append(Node(level=level, index=index, hash=hash))
        return hash

    leaves = _leaves(rows, size)
    for leaf in leaves:
        frontier.append(bytes(leaf.hash), completed)
    Leaf.objects.bulk_create(leaves)
    Node.objects.bulk_create(nodes)
    Head.objects.bulk_create([Head(size=frontier.size, root=frontier.root(), upto=upto)])
    return len(leaves)


def _leaves(rows: list[Row], first: int) -> list[Leaf]:
    keys = keys_of(row[-2] for row in rows)
    leaves = []
    for position, row in enumerate(rows, first):
        commitment = keys[row[-2]].commitment(row[0], row[-1])
        hash = leaf_hash(leaf_bytes(row, commitment))
        leaves.append(Leaf(position=position, transfer_id=row[0], commitment=commitment, hash=hash))
    return leaves
