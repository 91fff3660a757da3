"""Every transfer is sealed once, whoever seals and whatever comes late."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from core.brand.explanation import Explanation
from core.ledger.models import Transfer
from core.ledger.spending import adjust
from core.members.models import Member, Notice
from core.members.notices import Told, tell
from core.sealing import counting, horizon, leaves, sealing, stored, tasks
from core.sealing.laws import none_left_unsealed, seals_hold
from core.sealing.merkle import EMPTY, Frontier
from core.sealing.models import Head, Key, Leaf, Node
from tests.together import at_once

pytestmark = pytest.mark.django_db
WHY = Explanation("A test")


def broken() -> list[str]:
    return [*seals_hold(), *none_left_unsealed()]


def test_nothing_is_sealed_where_nothing_was_posted():
    assert sealing.seal() == 0
    assert Head.latest() is None
    assert Frontier().root() == EMPTY


def test_each_transfer_becomes_one_leaf_in_order(books):
    assert list(Leaf.objects.order_by("position").values_list("position", "transfer")) == list(
        enumerate(Transfer.objects.order_by("pk").values_list("pk", flat=True))
    )
    assert [head.size for head in Head.objects.order_by("size")] == [30, 40]
    assert Head.latest().upto == Transfer.objects.latest("pk").pk
    assert Node.objects.count() == 2
    assert broken() == []


def test_sealing_again_does_nothing(books):
    before = Head.latest()
    assert (sealing.seal(), tasks.seal_transfers.func()) == (0, 0)
    assert Head.latest() == before


def test_the_task_seals_all_there_is_in_batches(earn, member, monkeypatch):
    monkeypatch.setattr(tasks, "seal", lambda: sealing.seal(7))
    earn(40, member)

    assert tasks.seal_transfers.func() == 40
    assert list(Head.objects.order_by("size").values_list("size", flat=True)) == [7, 14, 21, 28, 35, 40]
    assert broken() == []


def test_the_number_of_statements_does_not_grow_with_the_batch(earn, member, other_member):
    counts = []
    for number in (3, 300):
        earn(number, member, other_member)
        with CaptureQueriesContext(connection) as queries:
            assert sealing.seal() == number
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 2
    assert max(counts) <= 16


def test_a_leaf_says_all_of_a_transfer():
    """Whoever adds a column decides whether the seals are to cover it."""
    columns = {field.attname for field in Transfer._meta.concrete_fields}
    assert columns == set(leaves.COLUMNS)


@pytest.mark.parametrize("table", ["sealing_leaf", "sealing_node", "sealing_head"])
@pytest.mark.parametrize("act", ["UPDATE {} SET hash = hash", "DELETE FROM {}"])
def test_seals_are_neither_changed_nor_deleted(books, table, act):
    column = "root" if table == "sealing_head" else "hash"
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act.format(table).replace("hash", column))
    assert broken() == []


# --- at the same time ------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_who_seal_at_once_seal_each_transfer_once(earn, member):
    earn(60, member)
    results = at_once(lambda _number: sealing.seal(20), 8)

    assert not [result for result in results if isinstance(result, Exception)]
    while sealing.seal(20):
        pass
    assert list(Leaf.objects.order_by("position").values_list("position", flat=True)) == list(range(60))
    assert Leaf.objects.values("transfer").distinct().count() == 60
    assert broken() == []


@pytest.mark.django_db(transaction=True)
def test_what_breaks_a_constraint_for_another_reason_is_not_swallowed(earn, member, tamper):
    earn(3, member)
    sealing.seal()
    earn(3, member)
    tamper("INSERT INTO sealing_leaf (position, transfer_id, commitment, hash) SELECT 3, 6, hash, hash "
           "FROM sealing_leaf WHERE position = 0")  # fmt: skip
    with pytest.raises(IntegrityError):
        sealing.seal()


class Late:
    """Somebody whose transaction has posted, and commits only when told to."""

    def __init__(self, member: Member) -> None:
        self.posted, self.may_commit = Event(), Event()
        self.thread = Thread(target=self._run, args=[member.pk])

    def _run(self, member_id: int) -> None:
        try:
            with transaction.atomic():
                self._write(member_id)
                self.posted.set()
                self.may_commit.wait(30)
        finally:
            connections.close_all()

    def _write(self, member_id: int) -> None:
        adjust(member_id, 5, reference="late", explanation=WHY)

    def __enter__(self) -> Late:
        self.thread.start()
        assert self.posted.wait(30)
        return self

    def commit(self) -> None:
        self.may_commit.set()
        self.thread.join(30)

    def __exit__(self, *_error: object) -> None:
        self.commit()


class Drawing(Late):
    """Somebody who has drawn the numbers of transfers, and has not posted any yet."""

    def __init__(self, member: Member, table: type[Model] = Transfer) -> None:
        super().__init__(member)
        self.table = table

    def _write(self, member_id: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [self.table._meta.db_table])


@pytest.fixture
def impatient(monkeypatch):
    """Nobody is waited for."""
    monkeypatch.setattr(sealing, "horizon", lambda: horizon.horizon(patience=0))


def late_one(member: Member, other: Member) -> tuple[list[str], list[str]]:
    """Seal while an earlier number is still on its way, and again when it came: what is sealed then and then."""
    if connection.vendor != "postgresql":
        # One writer at a time: who posts later comes later, and an early number cannot come late.
        adjust(member.pk, 5, reference="late", explanation=WHY)
        adjust(other.pk, 5, reference="early", explanation=WHY)
        sealing.seal(1)
        first = sealed()
        sealing.seal()
        return first, sealed()
    with Late(member) as late:
        adjust(other.pk, 5, reference="early", explanation=WHY)
        assert sealing.seal() == 1
        first = sealed()
        late.commit()
    sealing.seal()
    return first, sealed()


def sealed() -> list[str]:
    return list(Leaf.objects.order_by("position").values_list("transfer__reference", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_transfer_that_commits_late_is_sealed_late_and_not_passed_over(member, other_member, impatient):
    first, then = late_one(member, other_member)

    ids = dict(Transfer.objects.values_list("reference", "pk"))
    assert ids["late"] < ids["early"]
    assert sorted(then) == ["early", "late"]
    assert len(first) == 1
    if connection.vendor == "postgresql":
        assert (first, then) == (["early"], ["early", "late"])
    assert broken() == []


@pytest.mark.django_db(transaction=True)
def test_without_the_horizon_a_late_transfer_would_be_passed_over(member, other_member, monkeypatch):
    """The guard above is seen to be one: whoever takes the largest number for the mark loses what comes late."""
    monkeypatch.setattr(
        sealing, "horizon", lambda: horizon.Horizon(Transfer.objects.latest("pk").pk, settled=True)
    )  # fmt: skip
    _first, then = late_one(member, other_member)

    if connection.vendor == "postgresql":
        assert then == ["early"]
        assert broken() == ["transfer late was passed over by the seals"]
    else:
        assert then == ["late", "early"]


@pytest.mark.django_db(transaction=True)
def test_the_sealer_waits_a_moment_for_who_is_about_to_commit(member, other_member):
    if connection.vendor != "postgresql":
        adjust(member.pk, 5, reference="late", explanation=WHY)
        assert horizon.horizon() == horizon.Horizon(Transfer.objects.get().pk, settled=True)
        return
    with Late(member) as late:
        adjust(other_member.pk, 5, reference="early", explanation=WHY)
        Thread(target=late.commit).start()
        assert horizon.horizon() == horizon.Horizon(Transfer.objects.get(reference="early").pk, settled=True)
        assert sealing.seal() == 2
    assert sealed() == ["late", "early"]


@pytest.mark.django_db(transaction=True)
def test_who_has_only_drawn_a_number_is_waited_for_too(member, other_member):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer, and draws no numbers beforehand.")
    with Drawing(member) as late:
        adjust(other_member.pk, 5, reference="early", explanation=WHY)
        drawn = Transfer.objects.get(reference="early").pk
        assert horizon.horizon(patience=0) == horizon.Horizon(drawn, settled=False)
        assert drawn == 2
        late.commit()
    assert horizon.horizon(patience=0).settled


@pytest.mark.django_db(transaction=True)
def test_facts_of_who_has_only_drawn_their_numbers_are_counted_later(member, other_member):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer, and draws no numbers beforehand.")
    counting.count()
    with Drawing(member, Notice) as late:
        tell([Told(other_member.pk, "points.owed", "early", WHY)])
        assert counting.count(patience=0) == 0
        late.commit()
    assert counting.count(patience=0) == 1


@pytest.mark.django_db(transaction=True)
def test_who_rolls_back_leaves_a_gap_that_nobody_waits_for(member, other_member):
    with transaction.atomic():
        adjust(member.pk, 5, reference="never", explanation=WHY)
        transaction.set_rollback(True)
    adjust(other_member.pk, 5, reference="ever", explanation=WHY)

    assert sealing.seal() == 1
    assert Head.latest().upto == Transfer.objects.get().pk
    assert horizon.horizon(patience=0).settled


# --- the tree as it is kept ------------------------------------------------------------------------------------------


def test_the_kept_tree_gives_the_hash_of_any_range(earn: Callable[..., None], member: Member, other_member: Member):
    earn(300, member, other_member)
    sealing.seal(270)
    sealing.seal()
    tree = Frontier()
    for leaf in Leaf.objects.order_by("position"):
        tree.append(bytes(leaf.hash), lambda _level, _index, hash: hash)

    with CaptureQueriesContext(connection) as queries:
        hashes = stored.Hashes([(0, 300), (256, 300), (0, 256), (16, 24), (299, 300)])
    assert len(queries) == 2
    assert hashes.of((0, 300)) == tree.root() == bytes(Head.latest().root)
    assert hashes.of((0, 256)) == bytes(Node.objects.get(level=8).hash)
    assert hashes.of((299, 300)) == bytes(Leaf.objects.get(position=299).hash)
    assert stored.frontier(300).root() == tree.root()


def test_each_member_has_a_key_of_their_own(books):
    secrets = {bytes(key.secret) for key in Key.objects.all()}
    assert len(secrets) == 2
    assert {len(secret) for secret in secrets} == {32}
