"""A leaf is written in one way alone, whatever the transfer says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from core.sealing import leaves

ids = st.integers(1, 2**63 - 1)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
rows = st.tuples(
    ids, texts, texts, st.none() | ids, st.none() | ids, texts, texts, ids, moments, moments, ids, st.just({})
)
commitments = st.binary(min_size=32, max_size=32)


@settings(deadline=None)
@given(row=rows, commitment=commitments)
def test_the_leaf_is_the_canonical_form_of_what_is_said(row, commitment):
    said = {**leaves.said(row), "personal": commitment.hex()}
    assert leaves.leaf_bytes(row, commitment) == leaves.canonical(said)


@settings(deadline=None)
@given(row=rows, commitment=commitments, hours=st.integers(-12, 12))
def test_the_zone_in_which_a_moment_is_read_does_not_matter(row, commitment, hours):
    elsewhere = timezone(timedelta(hours=hours))
    moved = (*row[:8], row[8].astimezone(elsewhere), row[9].astimezone(elsewhere), *row[10:])
    assert leaves.leaf_bytes(moved, commitment) == leaves.leaf_bytes(row, commitment)


def test_the_order_in_which_an_explanation_is_kept_does_not_matter():
    salt = b"\1" * 32
    one = leaves.commitment(salt, "ada", {"message": "ü", "values": {"a": 1, "b": 2}})
    assert leaves.commitment(salt, "ada", {"values": {"b": 2, "a": 1}, "message": "ü"}) == one
    assert leaves.commitment(salt, "eve", {"message": "ü", "values": {"a": 1, "b": 2}}) != one
    assert leaves.commitment(b"\2" * 32, "ada", {"message": "ü", "values": {"a": 1, "b": 2}}) != one
