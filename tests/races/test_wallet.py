"""A hundred who spend the same points at one moment."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.db import connection

from core import clock
from core.audit import laws
from core.brand.explanation import Explanation
from core.brand.models import Brand
from core.ledger import posting, spending
from core.ledger.expiring import expire_due
from core.ledger.models import Reason, Transfer, Wallet
from core.members.models import Member
from core.web.refused import InsufficientPoints
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
WHY = Explanation("A test")


@pytest.fixture
def ada() -> Member:
    member = Member.objects.create_user("ada@example.com")
    spending.adjust(member.pk, 100, reference="start", explanation=WHY)
    return member


@pytest.fixture
def unlocked(ada, monkeypatch) -> None:
    """The lock taken away: everybody reads the wallet as it was at first."""
    stale = Wallet.objects.values().get(pk=ada.pk)
    monkeypatch.setattr(spending, "lock", lambda member_ids: {ada.pk: Wallet(**stale)})


def spend_ten(member: Member, number: int):
    return spending.spend(member.pk, 10, reference=f"spend:{number}", explanation=WHY)


def test_a_hundred_spends_of_a_balance_for_ten_are_ten(ada):
    results = at_once(lambda n: spend_ten(ada, n), 100)
    assert sum(isinstance(result, Transfer) for result in results) == 10
    assert sum(isinstance(result, InsufficientPoints) for result in results) == 90
    wallet = Wallet.objects.get(pk=ada.pk)
    assert (wallet.available, wallet.spent) == (0, 100)


def test_one_reference_a_hundred_times_is_one_spend(ada):
    results = at_once(lambda _n: spend_ten(ada, 1), 100)
    assert {result.pk for result in results} == {Transfer.objects.get(reference="spend:1").pk}
    assert Wallet.objects.get(pk=ada.pk).available == 90


def test_giving_back_a_hundred_times_gives_back_once(ada):
    spend_ten(ada, 1)
    at_once(lambda _n: spending.unspend("spend:1", reference="spend:1:back", explanation=WHY), 100)
    assert Wallet.objects.get(pk=ada.pk).available == 100


@pytest.fixture
def told(ada) -> datetime:
    """All that Ada has ends; the moment after its last day."""
    Brand.objects.update(expiry_policy="rolling", expiry_months=1)
    start = clock.now()
    expire_due()
    with clock.at(start + timedelta(days=45)):
        expire_due()
    return start + timedelta(days=120)


def test_many_runs_at_once_let_points_expire_once(ada, told):
    def run(_number: int) -> int:
        with clock.at(told):
            return expire_due()

    results = at_once(run, 20)
    assert [result for result in results if not isinstance(result, int)] == []
    wallet = Wallet.objects.get(pk=ada.pk)
    assert (wallet.available, wallet.expired) == (0, 100)
    assert Transfer.objects.filter(reason=Reason.EXPIRED).count() == 1


def test_of_an_expiry_and_a_spend_one_wins(ada, told):
    def act(number: int) -> object:
        with clock.at(told):
            return expire_due() if number % 2 else spend_ten(ada, number)

    results = at_once(act, 20)
    spent = sum(isinstance(result, Transfer) for result in results)
    assert {type(result) for result in results} <= {Transfer, InsufficientPoints, int}
    wallet = Wallet.objects.get(pk=ada.pk)
    assert (wallet.available, wallet.spent, wallet.expired) == (0, 10 * spent, 100 - 10 * spent)
    assert [
        breach for law in laws() if law.slug.startswith(("wallet", "lot", "expired")) for breach in law.check()
    ] == []


def test_without_the_lock_the_version_refuses_a_lost_update(ada, unlocked):
    """Take the lock away: readers then see the same wallet, and the version lets only one of them write.

    On SQLite the transaction itself is the lock, so there it is the stale read alone that is shown to be refused.
    """
    results = at_once(lambda n: spend_ten(ada, n), 20)
    assert sum(isinstance(result, Transfer) for result in results) == 1
    assert {type(result) for result in results} == {Transfer, RuntimeError}
    assert Wallet.objects.get(pk=ada.pk).available == 90


def test_without_lock_and_version_points_are_printed(ada, unlocked, monkeypatch):
    """These guards away, and that of the lots, the books are wrong: the tests above can fail."""

    def unguarded(rows, fields, guard=None):
        for row in rows:
            row.save()
        return len(rows)

    monkeypatch.setattr(posting.bulk, "update", unguarded)
    monkeypatch.setattr(posting.Posting, "_take", lambda self, transfer, lots: None)
    results = at_once(lambda n: spend_ten(ada, n), 20)
    assert sum(isinstance(result, Transfer) for result in results) > 10


@pytest.mark.parametrize("table", ["ledger_transfer", "ledger_entry", "ledger_use"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET points = points + 1", "DELETE FROM {}"])
def test_what_is_posted_can_be_neither_changed_nor_deleted(ada, table, verb):
    spend_ten(ada, 1)
    before = list(Transfer.objects.values())
    with pytest.raises(Exception, match="append-only"), connection.cursor() as cursor:
        cursor.execute(verb.format(table))
    with suppress(Exception):
        Transfer.objects.all().delete()
    assert list(Transfer.objects.values()) == before
