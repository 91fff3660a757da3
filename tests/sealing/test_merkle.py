"""The tree is that of RFC 9162: the known roots, and every proof of every size."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.sealing import merkle
from tests.sealing.verifier import verifier

# The leaves and roots that Certificate Transparency's own implementations are tested with.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

# A busy machine is no slow tree.
in_time = settings(deadline=None)


def defined(leaves: list[bytes]) -> bytes:
    """The root as section 2.1.1 defines it, word by word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + defined(leaves[:split]) + defined(leaves[split:])).digest()


def leaves_of(size: int) -> list[bytes]:
    return [b"leaf %d" % number for number in range(size)]


def root_of(leaves: list[bytes]) -> bytes:
    tree = merkle.Frontier()
    for leaf in leaves:
        tree.append(merkle.leaf_hash(leaf), lambda _level, _index, hash: hash)
    return tree.root()


def hash_of(leaves: list[bytes], part: merkle.Range) -> bytes:
    return defined(leaves[slice(*part)])


@pytest.mark.parametrize("size", range(9))
def test_the_root_is_the_known_one(size: int) -> None:
    assert root_of(LEAVES[:size]).hex() == ROOTS[size]


@in_time
@given(size=st.integers(0, 700))
def test_the_root_is_the_one_that_is_defined(size: int) -> None:
    assert root_of(leaves_of(size)) == defined(leaves_of(size))


@in_time
@given(size=st.integers(1, 20_000))
def test_a_tree_goes_on_from_its_right_edge(size: int) -> None:
    kept: dict[tuple[int, int], bytes] = {}

    def completed(level: int, index: int, hash: bytes) -> bytes:
        kept[level, index] = hash
        return hash

    tree = merkle.Frontier()
    for number in range(size):
        kept[0, number] = merkle.leaf_hash(b"%d" % number)
        tree.append(kept[0, number], completed)
    levels = [[kept[level, index] for index in range(*part)] for level, part in merkle.frontier_of(size)]
    again = merkle.Frontier(size, levels)

    assert again.root() == tree.root()
    for each in (tree, again):
        each.append(merkle.leaf_hash(b"the next"), lambda _level, _index, hash: hash)
    assert again.root() == tree.root()


@in_time
@given(data=st.data(), size=st.integers(1, 400))
def test_every_inclusion_proof_holds_and_with_a_flipped_bit_none(data: st.DataObject, size: int) -> None:
    leaves = leaves_of(size)
    index = data.draw(st.integers(0, size - 1))
    path = [hash_of(leaves, part) for part in merkle.path(index, size)]
    leaf, root = merkle.leaf_hash(leaves[index]), defined(leaves)

    assert verifier.root_from(leaf, index, size, path) == root
    spoiled, what = flipped(data, [leaf, *path])
    assert verifier.root_from(spoiled[0], index, size, spoiled[1:]) != root, what
    assert verifier.root_from(leaf, index, size, path[:-1] or [leaf]) != root
    assert verifier.root_from(leaf, index, size, [*path, leaf]) != root
    other = data.draw(st.integers(0, size - 1))
    assert other == index or verifier.root_from(leaf, other, size, path) != root


@in_time
@given(data=st.data(), second=st.integers(1, 400))
def test_every_consistency_proof_holds_and_with_a_flipped_bit_none(data: st.DataObject, second: int) -> None:
    leaves = leaves_of(second)
    first = data.draw(st.integers(1, second))
    path = [hash_of(leaves, part) for part in merkle.consistency(first, second)]
    roots = [defined(leaves[:first]), defined(leaves)]

    assert verifier.is_consistent(first, second, *roots, path)
    spoiled, what = flipped(data, [*roots, *path])
    assert not verifier.is_consistent(first, second, spoiled[0], spoiled[1], spoiled[2:]), what
    assert not verifier.is_consistent(first, second, *roots, [*path, roots[0]])
    if path:
        assert not verifier.is_consistent(first, second, *roots, path[:-1])


def flipped(data: st.DataObject, hashes: list[bytes]) -> tuple[list[bytes], str]:
    """The same hashes with one bit of one of them the other way round."""
    which = data.draw(st.integers(0, len(hashes) - 1))
    bit = data.draw(st.integers(0, 255))
    spoiled = list(hashes)
    number = int.from_bytes(spoiled[which]) ^ (1 << bit)
    spoiled[which] = number.to_bytes(32)
    return spoiled, f"bit {bit} of hash {which}"


def test_the_proofs_of_the_standards_own_example() -> None:
    """Section 2.1.5: seven leaves, and the nodes that each proof is made of."""
    b, c, d, f, j = ((n, n + 1) for n in (1, 2, 3, 5, 6))
    g, h, i, k, right = (0, 2), (2, 4), (4, 6), (0, 4), (4, 7)

    assert list(merkle.path(0, 7)) == [b, h, right]
    assert list(merkle.path(3, 7)) == [c, g, right]
    assert list(merkle.path(4, 7)) == [f, j, k]
    assert list(merkle.path(6, 7)) == [i, k]
    assert list(merkle.consistency(3, 7)) == [c, d, g, right]
    assert list(merkle.consistency(4, 7)) == [right]
    assert list(merkle.consistency(6, 7)) == [i, j, k]
    assert list(merkle.consistency(7, 7)) == []


@pytest.mark.parametrize("place", [(-1, 3), (3, 3), (0, 0)])
def test_no_path_leads_to_a_leaf_that_is_not_there(place: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="not in the tree"):
        merkle.path(*place)


@pytest.mark.parametrize("sizes", [(0, 3), (4, 3)])
def test_no_later_seal_is_smaller(sizes: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="not larger"):
        merkle.consistency(*sizes)
