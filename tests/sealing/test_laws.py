"""The audit names whatever of a seal is broken, once and alone."""

from __future__ import annotations

import pytest
from django.db import connection

from core.ledger.models import Transfer
from core.members.erasure import erase
from core.sealing.laws import keys_follow_erasure, none_left_unsealed, seals_hold
from core.sealing.models import Head, Key, Leaf, Node
from core.sealing.sealing import seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(earn, member, other_member) -> None:
    """Three hundred sealed transfers, in three seals."""
    earn(300, member, other_member)
    seal(100)
    seal(120)
    seal()


def broken() -> list[str]:
    return [*seals_hold(), *none_left_unsealed()]


def reference(position: int) -> str:
    return Leaf.objects.get(position=position).transfer.reference


CHANGES = {
    "reference": "'other'",
    "reason": "'prize'",
    "lot_id": "1",
    "activity_id": "1",
    "source": "'expired'",
    "target": "'pending'",
    "points": "points + 1",
    "at": "posted_at",
    "posted_at": "'2020-01-01 00:00:00+00:00'",
    "why": """'{"message": "Because."}'""",
}


def test_a_sound_tree_holds(sealed):
    assert Node.objects.count() == 18 + 1
    assert broken() == []


@pytest.mark.parametrize("column", [*CHANGES, "member_id"])
def test_any_changed_column_of_a_transfer_is_named(sealed, tamper, other_member, column):
    value = CHANGES.get(column, str(other_member.pk))
    tamper(f"UPDATE ledger_transfer SET {column} = {value} WHERE reference = 'test:42#1'")
    assert broken() == [
        f"transfer {'other' if column == 'reference' else 'test:42#1'} is not what was sealed at place 42"
    ]


@pytest.mark.django_db(transaction=True)
def test_a_transfer_that_was_deleted_is_named(sealed, tamper):
    leaf = Leaf.objects.get(position=42)
    tamper("DELETE FROM ledger_transfer WHERE id = %s", leaf.transfer_id)
    assert broken() == [f"transfer {leaf.transfer_id}, sealed at place 42, is gone"]


def test_transfers_that_changed_places_are_named(sealed, tamper):
    first, second = (Leaf.objects.get(position=position).transfer_id for position in (42, 43))
    for mine, other in ((first, -1), (second, first), (-1, second)):
        tamper("UPDATE sealing_leaf SET transfer_id = %s WHERE transfer_id = %s", other, mine)
    assert broken() == [
        f"transfer {reference(42)} is not what was sealed at place 42",
        f"transfer {reference(43)} is not what was sealed at place 43",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_transfer_slipped_in_below_the_mark_is_named(sealed, tamper):
    last = Leaf.objects.get(position=299).transfer_id
    tamper("UPDATE ledger_transfer SET id = id + 1000 WHERE id = %s", last)
    assert broken() == [f"transfer {last}, sealed at place 299, is gone"]
    tamper("UPDATE ledger_transfer SET id = 0 WHERE id = %s", last + 1000)
    assert broken()[1:] == ["transfer test:299#1 was passed over by the seals"]


def test_a_leaf_that_is_gone_is_named_with_all_that_rests_on_it(sealed, tamper):
    tamper("DELETE FROM sealing_leaf WHERE position = 299")
    assert broken() == [
        "the seal of 300 transfers is over leaves that are not there",
        "transfer test:299#1 was passed over by the seals",
    ]


def test_a_leaf_that_is_gone_in_the_middle_is_named(sealed, tamper):
    tamper("DELETE FROM sealing_leaf WHERE position = 42")
    assert broken()[0] == "places 42 to 42 of the tree are empty"
    assert "transfer test:42#1 was passed over by the seals" in broken()


@pytest.mark.parametrize("column", ["hash", "commitment"])
def test_a_changed_leaf_is_named(sealed, tamper, column):
    tamper(f"UPDATE sealing_leaf SET {column} = (SELECT root FROM sealing_head WHERE size = 100) WHERE position = 42")
    assert broken()[0] == "transfer test:42#1 is not what was sealed at place 42"
    if column == "hash":
        assert broken()[1:] == ["node 4/2 does not follow from what is below it"]


def test_a_changed_node_is_named_with_what_stands_above_it(sealed, tamper):
    tamper("UPDATE sealing_node SET hash = (SELECT root FROM sealing_head WHERE size = 100) "
           "WHERE level = 4 AND \"index\" = 2")  # fmt: skip
    assert broken() == [
        "node 4/2 does not follow from what is below it",
        "the seal of 100 transfers does not follow from what is below it",
        "the seal of 220 transfers does not follow from what is below it",
        "node 8/0 does not follow from what is below it",
    ]


def test_a_node_that_is_gone_is_named(sealed, tamper):
    tamper('DELETE FROM sealing_node WHERE level = 4 AND "index" = 2')
    assert broken() == ["node 4/2 is gone"]


def test_a_node_too_many_is_named(sealed, tamper):
    tamper('UPDATE sealing_node SET "index" = 99 WHERE level = 8')
    assert broken() == ["node 8/0 is gone", "node 8/99 is over leaves that are not there"]


def test_a_seal_whose_root_does_not_follow_is_named(sealed, tamper):
    tamper("UPDATE sealing_head SET root = (SELECT hash FROM sealing_leaf WHERE position = 1) WHERE size = 220")
    assert broken() == ["the seal of 220 transfers does not follow from what is below it"]


def test_a_seal_of_more_than_there_is_is_named(sealed, tamper):
    tamper("UPDATE sealing_head SET size = 301 WHERE size = 300")
    assert broken() == ["the seal of 301 transfers is over leaves that are not there"]


def test_a_key_that_is_gone_is_named_for_each_leaf_it_opened(sealed, tamper, member):
    tamper("DELETE FROM sealing_key WHERE member_id = %s", member.pk)
    assert len(broken()) == Transfer.objects.filter(member=member).count() == 150
    assert broken()[0] == f"the key of member {member.pk} is gone: nobody can say what place 0 hides"


def test_a_key_that_was_emptied_for_nobody_who_is_erased_is_named(sealed, tamper, member):
    tamper("UPDATE sealing_key SET secret = %s WHERE member_id = %s", b"", member.pk)
    assert list(keys_follow_erasure()) == [f"the key of member {member.pk}, whom nobody erased, was emptied"]


def test_a_key_that_came_back_after_the_person_was_erased_is_named(sealed, tamper, member):
    secret = bytes(Key.objects.get(pk=member.pk).secret)
    erase(member.email)
    assert list(keys_follow_erasure()) == []
    tamper("UPDATE sealing_key SET secret = %s WHERE member_id = %s", secret, member.pk)
    assert list(keys_follow_erasure()) == [f"the key of member {member.pk}, who was erased, is still there"]


def test_the_triggers_are_back_after_each_of_these(sealed, tamper):
    tamper("UPDATE ledger_transfer SET points = points WHERE id = 1")
    assert broken() == []
    with pytest.raises(Exception, match="append-only"), connection.cursor() as cursor:
        cursor.execute("UPDATE sealing_head SET upto = upto")


def test_the_mark_is_the_largest_sealed(sealed):
    assert list(Head.objects.order_by("size").values_list("upto", flat=True)) == [
        Leaf.objects.get(position=size - 1).transfer_id for size in (100, 220, 300)
    ]
