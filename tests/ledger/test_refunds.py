"""What a refund takes back is the brand's policy: what is pending, what is there, or all of it with a debt."""

from __future__ import annotations

from itertools import permutations

import pytest
from django.db import transaction

from core import clock
from core.brand.models import Brand, Refunds
from core.earning import rules
from core.ledger import statement
from core.ledger.due import Due
from core.ledger.models import Lot, Reason, Wallet
from core.ledger.posting import lock
from core.ledger.releasing import release_due
from core.ledger.settling import settle
from core.ledger.spending import spend
from core.members.models import Notice
from tests.ledger.conftest import WHY, breaches, days
from tests.shop import Shop, order, refund

POLICIES = list(Refunds)


def figures(member) -> tuple[int, int, int, int]:
    """What is available, pending, owed, and earned."""
    wallet = Wallet.of(member.pk)
    return wallet.available, wallet.pending, wallet.owed, wallet.earned


def wallet_lines(member) -> list[statement.Line]:
    return statement.page(member.pk, Brand.current())[0]


@pytest.mark.parametrize("refunds", POLICIES)
def test_what_is_pending_is_taken_back_by_every_policy(member, due, refunds):
    due(member, "order", 40, hold=14)
    due(member, "order", 15, hold=14, refunds=refunds)
    assert figures(member) == (0, 15, 0, 15)
    assert breaches() == []


@pytest.mark.parametrize(
    ("refunds", "after"),
    [
        (Refunds.OWED, (0, 0, 30, -20)),
        (Refunds.WITHIN_BALANCE, (0, 0, 0, 10)),
        (Refunds.ONLY_PENDING, (10, 0, 0, 20)),
    ],
)
def test_what_was_used_is_owed_or_let_go(member, due, refunds, after):
    due(member, "order", 40)
    due(member, "other", 10)
    spend(member.pk, 40, reference="spent", explanation=WHY)
    for _time in range(2):
        due(member, "order", 0, refunds=refunds)
        available, pending, owed, earned = figures(member)
        assert (available, pending, owed, earned - 30) == after
    assert breaches() == []


@pytest.mark.parametrize("refunds", [Refunds.WITHIN_BALANCE, Refunds.ONLY_PENDING])
def test_what_was_let_go_is_neither_given_nor_taken_again(member, due, refunds):
    due(member, "order", 40)
    spend(member.pk, 40, reference="spent", explanation=WHY)
    due(member, "order", 10, refunds=refunds)
    assert Lot.objects.get(cause="order").forgiven == 30
    due(member, "order", 25, refunds=refunds)
    assert figures(member) == (0, 0, 0, 40)
    due(member, "order", 45, refunds=refunds)
    assert figures(member) == (5, 0, 0, 45)
    due(member, "order", 0, refunds=Refunds.OWED)
    assert figures(member) == (0, 0, 40, 0)
    assert breaches() == []


def test_parts_come_to_what_the_whole_does_in_any_order(member, due):
    """Four amounts that an order may stand at, judged in every order: the last one counts."""
    for refunds in POLICIES:
        ends = set()
        for told in permutations([40, 31, 18, 9]):
            with transaction.atomic():
                due(member, "other", 5)
                for points in told:
                    due(member, "order", points, hold=14, refunds=refunds)
                due(member, "order", 4, hold=14, refunds=refunds)
                ends.add(figures(member))
                transaction.set_rollback(True)
        assert ends == {(5, 4, 0, 9)}


def test_the_line_says_what_was_taken_and_what_is_owed(member, due):
    due(member, "order", 40)
    spend(member.pk, 30, reference="spent", explanation=WHY)
    due(member, "order", 0)
    facts = dict(wallet_lines(member)[0].facts)
    assert facts["Taken back"] == "10 points"
    assert facts["Owed, since you have used them; your next awards settle it"] == "30 points"


def test_the_line_says_what_was_let_go(member, due):
    due(member, "order", 40)
    spend(member.pk, 30, reference="spent", explanation=WHY)
    due(member, "order", 0, refunds=Refunds.WITHIN_BALANCE)
    facts = dict(wallet_lines(member)[0].facts)
    assert (facts["Taken back"], facts["Let go, since you have used them"]) == ("10 points", "30 points")


def test_who_owes_sees_for_what_and_is_told(member, due, client_of):
    due(member, "order", 40)
    spend(member.pk, 40, reference="spent", explanation=WHY)
    due(member, "order", 0)
    notice = Notice.objects.get(member=member, kind="points.owed")
    assert notice.explanation.text().startswith("40 points were taken back after you had used them")
    page = client_of(member).get("/wallet/").content.decode()
    assert 'id="owed"' in page
    due(member, "order-2", 100)
    page = client_of(member).get("/wallet/").content.decode()
    assert 'id="owed"' not in page
    assert Notice.objects.filter(kind="points.owed").count() == 1


def test_who_gets_what_was_pending_is_told_once(member, due):
    due(member, "a", 40, hold=14)
    due(member, "b", 2, hold=14)
    with clock.at(days(15)):
        release_due()
        release_due()
    notice = Notice.objects.get(member=member, kind="points.released")
    assert notice.explanation.text() == "42 points were pending and are now yours to spend."


def test_the_policy_of_the_brand_holds_for_what_the_shop_sends(member):
    shop = Shop.opened()
    rules.put("per-euro", activity="order.paid", calculation="per_amount", settings={"points": 1, "per": "1.00"})
    Brand.objects.update(refunds=Refunds.WITHIN_BALANCE)
    shop.send(order("ada@example.com", "A", "40.00"))
    spend(member.pk, 30, reference="spent", explanation=WHY)
    shop.send(refund("A"))
    assert figures(member) == (0, 0, 0, 30)


@pytest.mark.parametrize("size", [1, 40])
def test_many_refunds_at_once_make_as_many_statements_as_one(django_user_model, size, django_assert_max_num_queries):
    people = [django_user_model.objects.create_user(f"m{n}@example.com") for n in range(size)]
    ids = [person.pk for person in people]

    def say(points: int, name: str) -> None:
        settle([Due(pk, f"{name}:{pk}", points, Reason.EARNED, WHY, clock.now()) for pk in ids], lock(ids))

    with transaction.atomic():
        say(40, "order")
        say(30, "other")
        for pk in ids:
            spend(pk, 50, reference=f"spent:{pk}", explanation=WHY)
        with django_assert_max_num_queries(14):
            say(0, "order")
    assert breaches() == []
