"""The same event many times at one moment has one effect."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from core.activities import joining, recording
from core.activities.models import Activity, Source
from core.earning import rules
from core.ledger.models import Transfer, Wallet
from core.members.models import Member
from tests.shop import Shop, event, order
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def ada() -> Member:
    member = Member.objects.create_user("ada@example.com")
    joining.welcome(member)
    rules.put("per-euro", activity="order.paid", calculation="per_amount", settings={"points": 1, "per": "1.00"})
    return member


def test_the_same_event_fifty_times_at_once_has_one_effect(ada):
    shop = Shop.opened()
    said = order("ada@example.com", "order-1", "42.50", at=AT)
    answers = at_once(lambda _n: shop.send(said, id="evt-a"), 50)
    assert Counter(answer.status_code for answer in answers) == {202: 1, 200: 49}
    bodies = [answer.json() for answer in answers]
    assert {body["points"] for body in bodies} == {42}
    assert Transfer.objects.count() == 1
    assert Wallet.objects.get(pk=ada.pk).available == 42


def test_the_same_event_of_an_unknown_person_is_parked_once():
    shop = Shop.opened()
    said = order("new@example.com", "order-1", "42.50", at=AT)
    answers = at_once(lambda _n: shop.send(said, id="evt-a"), 50)
    assert Counter(answer.status_code for answer in answers) == {202: 1, 200: 49}
    assert Activity.objects.filter(external_id="evt-a").count() == 1


def test_the_same_order_under_fifty_ids_is_one_order(ada):
    shop = Shop.opened()
    said = order("ada@example.com", "order-1", "42.50", at=AT)
    answers = at_once(lambda n: shop.send(said, id=f"evt-{n}"), 50)
    assert Counter(answer.status_code for answer in answers) == {202: 1, 200: 49}
    assert Wallet.objects.get(pk=ada.pk).available == 42


def test_orders_of_one_member_at_once_all_count(ada):
    shop = Shop.opened()
    answers = at_once(lambda n: shop.send(order("ada@example.com", f"order-{n}", "10.00", at=AT)), 40)
    assert {answer.status_code for answer in answers} == {202}
    wallet = Wallet.objects.get(pk=ada.pk)
    assert (wallet.available, wallet.version) == (400, 40)


def test_batches_that_name_the_same_members_in_other_orders_do_not_block_each_other(ada):
    shop = Shop.opened()
    emails = [f"member-{n}@example.com" for n in range(10)]
    for email in emails:
        joining.welcome(Member.objects.create_user(email))

    def send(number: int):
        turned = emails[number % 10 :] + emails[: number % 10]
        ordered = turned if number % 2 else turned[::-1]
        return shop.send_batch(*(order(email, f"order-{number}-{email}", "1.00", at=AT) for email in ordered))

    answers = at_once(send, 30)
    assert {answer.status_code for answer in answers} == {202}
    assert set(Wallet.objects.filter(member__email__in=emails).values_list("available", flat=True)) == {30}


def test_who_joins_while_their_events_arrive_gets_them_all():
    rules.put("per-euro", activity="order.paid", calculation="per_amount", settings={"points": 1, "per": "1.00"})
    shop = Shop.opened()

    def act(number: int):
        if number == 10:
            from django.db import transaction

            with transaction.atomic():
                joining.welcome(Member.objects.create_user("new@example.com"))
            return None
        return shop.send(order("new@example.com", f"order-{number}", "1.00", at=AT))

    answers = at_once(act, 21)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert not Activity.objects.filter(status="parked").exists()
    assert Wallet.objects.get(member__email="new@example.com").available == 20


def test_without_the_unique_id_the_same_event_would_count_twice(ada, monkeypatch):
    """The guard's absence shows: two readers who both saw nothing."""
    shop = Source.objects.create(slug="shop")
    happening = event("order.paid", "ada@example.com", at=AT)
    assert happening["type"] == "order.paid"
    from core.activities.happening import Happening

    said = Happening(shop.pk, "evt-a", "order.paid", AT, "ada@example.com", "order-1", 1000)
    monkeypatch.setattr(recording, "TRIES", 1)
    monkeypatch.setattr(recording._Recording, "_read", lambda self, cascade, found: None)
    recording.record([said])
    with pytest.raises(Exception, match=r"(?i)unique"):
        recording.record([said])
    assert Wallet.objects.get(pk=ada.pk).available == 10
