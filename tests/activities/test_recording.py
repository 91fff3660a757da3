"""What happens to an event that comes through the door."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.activities.models import Activity, Kind
from core.earning import rules
from core.ledger.models import Transfer
from core.members.models import Member
from tests.ledger.machine import LAWS
from tests.shop import event, order, refund


@pytest.fixture(autouse=True)
def earning(db):
    rules.put("per-euro", activity="order.paid", calculation="per_amount", settings={"points": 1, "per": "1.00"})
    Kind.objects.create(slug="review.posted", title="Wrote a review")
    rules.put(
        "review",
        activity="review.posted",
        calculation="flat",
        settings={"points": 50},
        limit_count=1,
        limit_per="day",
    )
    yield
    assert [breach for law in LAWS for breach in law()] == []


def test_an_order_earns_its_points(shop, ada, wallet_of):
    answer = shop.send(order("ada@example.com", "order-1", "42.50"), id="evt-a")
    assert answer.status_code == 202
    assert answer.json() == {"id": "evt-a", "status": "accepted", "points": 42, "pending": 0}
    assert wallet_of(ada).available == 42


def test_a_repeat_gets_the_first_answer_and_moves_nothing(shop, ada, wallet_of):
    said = order("ADA@example.com", "order-1", "42.50")
    first = shop.send(said, id="evt-a")
    again = shop.send(said, id="evt-a")
    assert again.status_code == 200
    assert again.json() == {**first.json(), "duplicate": True}
    assert wallet_of(ada).available == 42
    assert Transfer.objects.count() == 1


def test_an_id_used_for_another_event_is_a_conflict(shop, ada, wallet_of):
    shop.send(order("ada@example.com", "order-1", "42.50"), id="evt-a")
    answer = shop.send(order("ada@example.com", "order-2", "42.50"), id="evt-a")
    assert answer.status_code == 409
    assert wallet_of(ada).available == 42


def test_the_same_order_under_another_id_is_a_duplicate(shop, ada, wallet_of):
    said = order("ada@example.com", "order-1", "42.50")
    shop.send(said, id="evt-a")
    again = shop.send(said, id="evt-b")
    assert (again.status_code, again.json()) == (
        200,
        {"id": "evt-b", "status": "accepted", "points": 42, "pending": 0, "duplicate": True},
    )
    assert shop.send(said, id="evt-b").json() == again.json()
    assert wallet_of(ada).available == 42


def test_the_same_order_with_another_amount_is_refused(shop, ada, wallet_of):
    shop.send(order("ada@example.com", "order-1", "42.50"))
    answer = shop.send(order("ada@example.com", "order-1", "43.50"))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "data.reference"
    assert wallet_of(ada).available == 42


def test_an_unknown_type_is_kept_and_ignored(shop, ada):
    answer = shop.send(event("robot.danced", "ada@example.com"))
    assert (answer.status_code, answer.json()["status"]) == (202, "ignored")
    assert Activity.objects.get(type="robot.danced").status == "ignored"


def test_events_for_an_unknown_person_wait_until_they_join(shop, join, wallet_of):
    said = order("new@example.com", "order-1", "42.50")
    answer = shop.send(said, id="evt-a")
    assert (answer.status_code, answer.json()["status"]) == (202, "parked")
    shop.send(refund("order-1", "12.50"))
    member = join("new@example.com")
    assert wallet_of(member).available == 30
    assert shop.send(said, id="evt-a").json() == {**answer.json(), "duplicate": True}


def test_the_order_says_whose_a_refund_is(shop, join, wallet_of):
    shop.send(order("new@example.com", "order-1", "42.50"))
    shop.send(refund("order-1", "12.50", email="else@example.com"))
    other, member = join("else@example.com"), join("new@example.com")
    assert Activity.objects.get(type="order.refunded").member == member
    assert (wallet_of(other).earned, wallet_of(member).earned) == (0, 30)


def test_a_refund_takes_back_what_it_earned(shop, ada, wallet_of):
    shop.send(order("ada@example.com", "order-1", "42.50"))
    answer = shop.send(refund("order-1", "20.00"))
    assert answer.json()["points"] == -20
    assert wallet_of(ada).available == 22
    shop.send(refund("order-1"))
    wallet = wallet_of(ada)
    assert (wallet.available, wallet.earned, wallet.owed) == (0, 0, 0)


def test_a_refund_above_what_is_left_is_refused(shop, ada, wallet_of):
    shop.send(order("ada@example.com", "order-1", "42.50"))
    shop.send(refund("order-1", "40.00"))
    answer = shop.send(refund("order-1", "2.51"))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "data.amount"
    assert shop.send(refund("order-1", "2.50")).status_code == 202
    assert shop.send(refund("order-1", "0.01")).status_code == 422
    assert wallet_of(ada).earned == 0


def test_all_that_is_left_of_nothing_is_nothing(shop, ada, wallet_of):
    shop.send(order("ada@example.com", "order-1", "42.50"))
    shop.send(refund("order-1"))
    again = shop.send(refund("order-1"))
    assert (again.status_code, again.json()["points"]) == (202, 0)
    assert wallet_of(ada).earned == 0


def test_a_refund_before_its_order_waits_for_it(shop, ada, wallet_of):
    early = shop.send(refund("order-1", "100.00"))
    assert (early.status_code, early.json()["status"]) == (202, "parked")
    answer = shop.send(order("ada@example.com", "order-1", "42.50"))
    assert answer.json()["points"] == 0
    assert wallet_of(ada).earned == 0


def test_the_slash_at_the_end_of_the_address_may_be_left_out(shop, ada, wallet_of):
    shop.slug = "shop?"  # what follows the mark is the query
    assert shop.send(order("ada@example.com", "order-1", "42.50")).status_code == 202
    assert wallet_of(ada).earned == 42


def test_a_batch_answers_each_event_in_its_place(shop, ada, wallet_of):
    shop.send(order("ada@example.com", "order-0", "1.00"), id="used")
    answer = shop.send_batch(
        order("ada@example.com", "order-1", "10.00") | {"id": "one"},
        {"id": "two", "type": "order.paid"},
        order("ada@example.com", "order-1", "10.00", at=datetime(2026, 1, 1, tzinfo=UTC)) | {"id": "three"},
        order("nobody@example.com", "order-2", "10.00") | {"id": "four"},
        order("ada@example.com", "order-9", "10.00") | {"id": "used"},
        refund("order-1", "4.00") | {"id": "five"},
        event("review.posted", "ada@example.com") | {"id": "six"},
    )
    assert answer.status_code == 202
    results = answer.json()["results"]
    assert [result["id"] for result in results] == ["one", "two", "three", "four", "used", "five", "six"]
    assert [result["status"] for result in results] == [
        "accepted",
        "rejected",
        "rejected",
        "parked",
        "rejected",
        "accepted",
        "accepted",
    ]
    assert results[6]["points"] == 50
    assert results[0]["points"] + results[5]["points"] == 6
    assert wallet_of(ada).available == 1 + 6 + 50


def test_an_id_repeated_inside_a_batch_adds_nothing(shop, ada, wallet_of):
    said = order("ada@example.com", "order-1", "10.00") | {"id": "one"}
    other = order("ada@example.com", "order-2", "10.00") | {"id": "one"}
    results = shop.send_batch(said, said, other).json()["results"]
    assert [result.get("duplicate", False) for result in results] == [False, True, False]
    assert results[2]["status"] == "rejected"
    assert wallet_of(ada).available == 10


def test_an_order_under_two_ids_in_one_batch_is_one_order(shop, ada, wallet_of):
    said = order("ada@example.com", "order-1", "10.00")
    results = shop.send_batch(said | {"id": "one"}, said | {"id": "two"}, refund("order-1", "4.00")).json()["results"]
    assert [result.get("duplicate", False) for result in results] == [False, True, False]
    assert [result.get("points") for result in results] == [6, 6, 0], results
    assert wallet_of(ada).available == 6


def test_a_limit_counts_the_first_in_their_own_time(shop, ada, wallet_of):
    rules.put(
        "share", activity="order.paid", calculation="per_amount", settings={"points": 10, "per": "1"},
        limit_count=1, limit_per="day",
    )  # fmt: skip
    noon = datetime(2026, 5, 5, 12, tzinfo=UTC)
    shop.send(order("ada@example.com", "late", "3.00", at=noon))
    assert wallet_of(ada).available == 3 + 30
    shop.send(order("ada@example.com", "early", "1.00", at=noon - timedelta(hours=1)))
    assert wallet_of(ada).available == 3 + 1 + 10
    shop.send(refund("early"))
    assert wallet_of(ada).available == 3 + 30


def test_spent_points_that_are_taken_back_are_owed_and_settled(shop, ada, wallet_of):
    from core.brand.explanation import Explanation
    from core.ledger.spending import spend

    shop.send(order("ada@example.com", "order-1", "42.50"))
    spend(ada.pk, 40, reference="test:1", explanation=Explanation("A class"))
    shop.send(refund("order-1"))
    wallet = wallet_of(ada)
    assert (wallet.available, wallet.owed, wallet.earned, wallet.spent) == (0, 40, 0, 40)
    shop.send(order("ada@example.com", "order-2", "50.00"))
    wallet = wallet_of(ada)
    assert (wallet.available, wallet.owed) == (10, 0)


def test_pending_points_wait_and_vanish_with_a_refund(shop, ada, wallet_of):
    rules.put(
        "per-euro", activity="order.paid", calculation="per_amount", settings={"points": 1, "per": "1.00"},
        pending_days=14,
    )  # fmt: skip
    answer = shop.send(order("ada@example.com", "order-1", "42.50"))
    assert answer.json() | {"id": ""} == {"id": "", "status": "accepted", "points": 0, "pending": 42}
    shop.send(refund("order-1", "2.50"))
    wallet = wallet_of(ada)
    assert (wallet.available, wallet.pending, wallet.owed) == (0, 40, 0)


@pytest.mark.usefixtures("ada")
def test_an_order_of_a_deactivated_member_is_parked(shop):
    Member.objects.update(is_active=False)
    assert shop.send(order("ada@example.com", "order-1")).json()["status"] == "parked"
