"""The Merkle tree of RFC 9162, section 2.1: its hashes, and which ranges of leaves a proof is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256

EMPTY = sha256().digest()
# A complete subtree of 16, 16², 16³ … leaves has its hash kept; what lies between is worked out from those.
STEP = 4
WIDTH = 1 << STEP

Completed = Callable[[int, int, bytes], bytes]
# The leaves from the first (counted from 0) up to, but without, the second.
Range = tuple[int, int]


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf's bytes."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two others."""
    return sha256(b"\x01" + left + right).digest()


def path(index: int, size: int) -> Iterator[Range]:
    """The ranges whose hashes prove that leaf `index` is in the tree of `size` leaves, the lowest first (2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError("That leaf is not in the tree.")
    return reversed(list(_down(index, 0, size)))


def _down(index: int, start: int, end: int) -> Iterator[Range]:
    while end - start > 1:
        middle = start + _left(end - start)
        if index < middle:
            yield middle, end
            end = middle
        else:
            yield start, middle
            start = middle


def consistency(first: int, second: int) -> Iterator[Range]:
    """The ranges that prove the tree of `first` leaves to be the beginning of that of `second` (2.1.4.1)."""
    if not 0 < first <= second:
        raise ValueError("An earlier seal is not larger than a later one, and not empty.")
    if first == second:
        return iter(())
    return reversed(list(_shared(first, 0, second)))


def _shared(first: int, start: int, end: int) -> Iterator[Range]:
    whole = True
    while first < end:
        middle = start + _left(end - start)
        if first <= middle:
            yield middle, end
            end = middle
        else:
            yield start, middle
            start, whole = middle, False
    if not whole:
        yield start, end


def _left(size: int) -> int:
    """How many of `size` leaves (at least 2) stand in the left subtree: the largest power of two below it."""
    return 1 << ((size - 1).bit_length() - 1)


def complete(part: Range) -> Iterator[tuple[int, int]]:
    """The complete subtrees, each as (level, index), that a right edge or a single subtree is made of, from the left.

    `part` is a range of a proof: it begins where a subtree of its length does.
    """
    start, end = part
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def fold(hashes: list[bytes]) -> bytes:
    """The hash of a range over those of its complete subtrees, from the left."""
    result = hashes[-1]
    for left in reversed(hashes[:-1]):
        result = node_hash(left, result)
    return result


def over(hashes: list[bytes]) -> bytes:
    """The hash of a complete subtree over the hashes of its 2, 4, 8 or 16 parts."""
    while len(hashes) > 1:
        hashes = [node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
    return hashes[0]


class Frontier:
    """The right edge of a growing tree: all that is needed to go on appending, and to know the root."""

    def __init__(self, size: int = 0, levels: list[list[bytes]] | None = None) -> None:
        """`levels`: at 0 the hashes of the last `size % 16` leaves, at n those of the kept nodes of level 4n after
        the last that 16 of them completed."""
        self.size = size
        self.levels = levels or [[]]

    def append(self, leaf: bytes, completed: Completed) -> None:
        """Append a leaf's hash. For each kept node that it completes `completed(level, index, hash)` is called, from
        the lowest on; the tree goes on with what that returns."""
        self.levels[0].append(leaf)
        self.size += 1
        height = 0
        while len(self.levels[height]) == WIDTH:
            node = over(self.levels[height])
            self.levels[height] = []
            height += 1
            level = height * STEP
            if height == len(self.levels):
                self.levels.append([])
            self.levels[height].append(completed(level, (self.size >> level) - 1, node))

    def root(self) -> bytes:
        """The tree's root."""
        peaks = [peak for pending in reversed(self.levels) for peak in _peaks(pending)]
        return fold(peaks) if peaks else EMPTY


def _peaks(pending: list[bytes]) -> Iterator[bytes]:
    start = 0
    while start < len(pending):
        size = 1 << ((len(pending) - start).bit_length() - 1)
        yield over(pending[start : start + size])
        start += size


def frontier_of(size: int) -> list[tuple[int, Range]]:
    """What a frontier of a tree of `size` leaves holds: of each kept level (0, 4, 8 …) which hashes."""
    kept = []
    level = 0
    while size >> level:
        upto = size >> level
        kept.append((level, (upto - upto % WIDTH, upto)))
        level += STEP
    return kept


def completed_by(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The kept nodes, each (level, index), that leaves `start` up to but without `end` complete."""
    level = STEP
    while end >> level:
        for index in range(start >> level, end >> level):
            yield level, index
        level += STEP
