"""The laws of the seals, as `audit` checks them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core import sums
from core.audit import breaches, law
from core.ledger.models import Transfer
from core.sealing import counting
from core.sealing.keys import Hiding, known
from core.sealing.leaves import COLUMNS, Row, leaf_bytes
from core.sealing.merkle import STEP, Frontier, completed_by, leaf_hash
from core.sealing.models import Head, Leaf
from core.sealing.stored import read_nodes

# Rows read at a time: what the audit of any number of transfers holds in memory.
CHUNK = 2000

_MISSED = """
    SELECT t.reference FROM ledger_transfer t LEFT JOIN sealing_leaf l ON l.transfer_id = t.id
    WHERE l.position IS NULL AND t.id <= (SELECT MAX(upto) FROM sealing_head) ORDER BY t.id
"""
_LOOSE_NODES = f"""
    SELECT level, "index" FROM sealing_node
    WHERE level % {STEP} <> 0 OR level = 0 OR "index" < 0
        OR (("index" + 1) << level) > (SELECT COALESCE(MAX(position) + 1, 0) FROM sealing_leaf)
    ORDER BY level, "index"
"""
_EMPTIED = """
    SELECT k.member_id FROM sealing_key k JOIN members_member m ON m.id = k.member_id
    WHERE LENGTH(k.secret) = 0 AND m.erased_at IS NULL ORDER BY k.member_id
"""
_KEPT = """
    SELECT k.member_id FROM sealing_key k JOIN members_member m ON m.id = k.member_id
    WHERE LENGTH(k.secret) > 0 AND m.erased_at IS NOT NULL ORDER BY k.member_id
"""


@law("seals-hold", "Each sealed transfer is as it was sealed, and each node and seal follows from those below it")
def seals_hold() -> Iterator[str]:
    """One pass over leaves, nodes and heads side by side, in the order in which they were made.

    Each is held against what is kept of those below it, so that one changed cell is named once and not in all above.
    """
    seen = _Pass()
    leaves = Leaf.objects.order_by("position").values_list("position", "transfer", "commitment", "hash", named=True)
    while chunk := list(leaves.filter(position__gt=seen.last)[:CHUNK]):
        yield from _transfers(chunk)
        yield from seen.leaves(chunk)
    yield from seen.rest()
    yield from breaches(_LOOSE_NODES, "node {0}/{1} is over leaves that are not there")


@law("none-left-unsealed", "Every transfer below the mark of the newest seal is sealed")
def none_left_unsealed() -> Iterator[str]:
    return breaches(_MISSED, "transfer {0} was passed over by the seals")


@law("keys-follow-erasure", "The key of a member is emptied when the person is erased, and never otherwise")
def keys_follow_erasure() -> Iterator[str]:
    yield from breaches(_EMPTIED, "the key of member {0}, whom nobody erased, was emptied")
    yield from breaches(_KEPT, "the key of member {0}, who was erased, is still there")


@law("facts-are-as-written", "Each cell of each fact is as the site wrote it: its checksum holds")
def facts_are_as_written() -> Iterator[str]:
    begun = counting.begun()
    for field in sums.covered():
        table = field.model._meta.db_table
        for pk, summed in sums.changed(field):
            if summed:
                yield f"{table} {pk} is not as it was written"
            elif table in begun:
                yield f"{table} {pk} has no checksum"


@law("no-fact-is-gone", "Each fact that was counted is there")
def no_fact_is_gone() -> Iterator[str]:
    return counting.gone()


@law("facts-point-somewhere", "Whatever a fact points at is there")
def facts_point_somewhere() -> Iterator[str]:
    for field in sums.covered():
        for pointer in sums.pointers(field.model):
            table, target = field.model._meta, pointer.related_model._meta
            yield from breaches(
                f'SELECT f."{table.pk.column}", f."{pointer.column}" FROM "{table.db_table}" f '
                f'WHERE f."{pointer.column}" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "{target.db_table}" t '
                f'WHERE t."{target.pk.column}" = f."{pointer.column}") ORDER BY 1',
                f"{table.db_table} {{0}} points at {target.db_table} {{1}}, which is gone",
            )


def _transfers(leaves: list[Any]) -> Iterator[str]:
    """Hold each leaf against its transfer, as the books have it now."""
    sealed = Transfer.objects.filter(leaf__gte=leaves[0].position, leaf__lte=leaves[-1].position)
    transfers = {row[0]: row for row in sealed.values_list(*COLUMNS)}
    keys = known({row[-2] for row in transfers.values()})
    for leaf in leaves:
        transfer = transfers.get(leaf.transfer)
        if transfer is None:
            yield f"transfer {leaf.transfer}, sealed at place {leaf.position}, is gone"
        elif transfer[-2] not in keys:
            yield f"the key of member {transfer[-2]} is gone: nobody can say what place {leaf.position} hides"
        elif not _is_as_sealed(transfer, leaf, keys[transfer[-2]]):
            yield f"transfer {transfer[1]} is not what was sealed at place {leaf.position}"


def _is_as_sealed(transfer: Row, leaf: Any, key: Hiding) -> bool:
    commitment = bytes(leaf.commitment)
    # What a forgotten member's leaves hid can no longer be told; all else that they say still can.
    is_opened = not key or key.commitment(transfer[0], transfer[-1]) == commitment
    return is_opened and leaf_hash(leaf_bytes(transfer, commitment)) == bytes(leaf.hash)


class _Pass:
    """The tree so far, the seals still to come, and what was found wrong just now."""

    def __init__(self) -> None:
        self.last = -1
        self.tree = Frontier()
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.heads = Head.objects.order_by("size").iterator(CHUNK)
        self.head = next(self.heads, None)
        self.wrong: list[str] = []

    def leaves(self, leaves: list[Any]) -> Iterator[str]:
        """Take the next leaves as they are kept, and check what they complete."""
        self.nodes = read_nodes(list(completed_by(leaves[0].position, leaves[-1].position + 1)))
        for leaf in leaves:
            if leaf.position != self.last + 1:
                self.wrong.append(f"places {self.last + 1} to {leaf.position - 1} of the tree are empty")
            self.last = leaf.position
            self.tree.append(bytes(leaf.hash), self._completed)
            if self.head and self.head.size == self.tree.size:
                if bytes(self.head.root) != self.tree.root():
                    self.wrong.append(f"the seal of {self.head.size} transfers does not follow from what is below it")
                self.head = next(self.heads, None)
            yield from self.wrong
            self.wrong.clear()

    def rest(self) -> Iterator[str]:
        """Name the seals that are left over when the leaves are at their end."""
        while self.head:
            yield f"the seal of {self.head.size} transfers is over leaves that are not there"
            self.head = next(self.heads, None)

    def _completed(self, level: int, index: int, computed: bytes) -> bytes:
        kept = self.nodes.get((level, index))
        if kept is None:
            self.wrong.append(f"node {level}/{index} is gone")
        elif kept != computed:
            self.wrong.append(f"node {level}/{index} does not follow from what is below it")
        return kept or computed
