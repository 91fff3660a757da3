"""Pending points are there when their time has come, whoever looks first: the scheduler, or the member."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.api.models import Token
from core.ledger.models import Account, Entry, Lot, Wallet
from core.ledger.tasks import release_pending
from tests.ledger.conftest import days

LOOKS = ["/", "/wallet/", "/rewards/", "/api/v1/members/ada@example.com", "/api/v1/members/ada@example.com/entries"]


@pytest.fixture
def looks(client_of, member):
    """Looks at a page, as Ada or as the shop's own software."""
    token = Token(name="shop")
    secret = token.renew(Token.Scope.READ)
    token.save()
    client = client_of(member)
    return lambda path: client.get(path, headers={"authorization": f"Bearer {secret}"})


def balances(member) -> tuple[int, int]:
    wallet = Wallet.of(member.pk)
    return wallet.available, wallet.pending


def test_the_scheduler_releases_what_is_due(member, due):
    due(member, "order-1", 40, hold=14)
    assert balances(member) == (0, 40)
    with clock.at(days(15)):
        release_pending.call()
    assert balances(member) == (40, 0)


@pytest.mark.parametrize("path", LOOKS)
def test_the_next_look_releases_what_the_scheduler_slept_over(member, due, looks, path):
    due(member, "order-1", 40, hold=14)
    due(member, "order-2", 2, hold=30)
    with clock.at(days(15)):
        answer = looks(path)
        assert answer.status_code == 200
        assert balances(member) == (40, 2)
        if "/api/" in path:
            assert "40" in answer.content.decode()


@pytest.mark.parametrize("path", LOOKS)
def test_a_look_before_that_changes_nothing(member, due, looks, path):
    due(member, "order-1", 40, hold=14)
    looks(path)
    before = Wallet.objects.values().get(pk=member.pk)
    with CaptureQueriesContext(connection) as captured:
        looks(path)
    written = [query["sql"] for query in captured if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert written == []
    assert Wallet.objects.values().get(pk=member.pk) == before


def test_the_page_shows_each_pending_award_with_its_date(member, due, client_of):
    due(member, "order-1", 40, hold=14)
    due(member, "order-2", 2, hold=30)
    page = client_of(member).get("/wallet/").content.decode()
    pending = page[page.index('id="pending"') : page.index("</details>")]
    assert "40 points" in pending
    assert "2 points" in pending
    assert pending.count("<li") == 2


def test_a_refund_inside_the_hold_leaves_no_trace_in_the_spendable_balance(member, due):
    due(member, "order-1", 40, hold=14)
    due(member, "order-1", 15, hold=14)
    due(member, "order-1", 0, hold=14)
    assert balances(member) == (0, 0)
    assert not Entry.objects.filter(member=member, account=Account.WALLET).exists()
    with clock.at(days(15)):
        release_pending.call()
    assert balances(member) == (0, 0)
    assert not Entry.objects.filter(member=member, account=Account.WALLET).exists()
    assert not Lot.objects.filter(held_until__isnull=False).exists()
