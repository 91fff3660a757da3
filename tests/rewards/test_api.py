"""Rewards and giving for the brand's own software."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from core import clock
from core.brand.models import Brand
from core.members.models import Member
from rewards import booking, giving
from rewards.models import Charity, Donation, Redemption, Reward, Session
from tests.api.conftest import bearing
from tests.rewards.conftest import available
from tests.rewards.factories import CharityFactory, RewardFactory, SessionFactory, fund
from tests.rewards.laws import breaches

API = "/api/v1"


@pytest.fixture
def shop(db: None) -> Client:
    """The shop's own software, which may write."""
    return bearing("shop", "write")


def post(client: Client, path: str, body: Any = None, **headers: str) -> Any:
    return client.post(f"{API}{path}", body or {}, content_type="application/json", headers=headers or None)


def booking_of(member: Member, **changes: Any) -> dict[str, Any]:
    return {"email": member.email, "reward": "ferments", "session": "december"} | changes


def test_rewards_are_listed_with_what_is_left(shop: Client, session: Session, ada: Member) -> None:
    booking.book(session, member=ada)
    RewardFactory(state="draft")
    SessionFactory(reward=session.reward, slug="gone", starts=clock.now() - timedelta(hours=1))
    answer = shop.get(f"{API}/rewards").json()
    assert answer["next"] is None
    [reward] = answer["items"]
    assert (reward["slug"], reward["kind"], reward["cost"], reward["limit_per_member"]) == (
        "ferments", "experience", 100, 1,
    )  # fmt: skip
    [date] = reward["sessions"]
    assert (date["slug"], date["seats"], date["seats_left"]) == ("december", 10, 9)


def test_charities_are_listed_with_what_they_were_given(shop: Client, charity: Charity, ada: Member) -> None:
    giving.give(charity, member=ada, points=250)
    CharityFactory(state="closed")
    [item] = shop.get(f"{API}/charities").json()["items"]
    assert (item["slug"], item["points"], item["amount"], item["currency"]) == ("seeds", 250, "2.50", "EUR")


@pytest.mark.parametrize("path", ["/rewards", "/charities"])
def test_a_list_asks_a_bounded_number_of_times(
    shop: Client, db: None, django_assert_max_num_queries: Any, path: str
) -> None:
    for _ in range(8):
        SessionFactory()
        CharityFactory()
    with django_assert_max_num_queries(6):
        assert len(shop.get(f"{API}{path}").json()["items"]) == 8


def test_a_redemption_is_a_ticket(shop: Client, session: Session, ada: Member) -> None:
    answer = post(shop, "/redemptions", booking_of(ada, email="ADA@example.com"))
    redemption = Redemption.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "id": str(redemption.public_id),
        "state": "booked",
        "ticket_url": redemption.ticket_url,
    }
    assert available(ada) == 900


def test_cancelling_answers_the_same_each_time(shop: Client, session: Session, ada: Member) -> None:
    made = post(shop, "/redemptions", booking_of(ada)).json()
    answers = [post(shop, f"/redemptions/{made['id']}/cancellation") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json() == made | {"state": "cancelled"}
    assert available(ada) == 1000
    assert breaches() == []


def test_one_idempotency_key_is_one_redemption_and_one_answer(shop: Client, session: Session, ada: Member) -> None:
    Reward.objects.update(limit_per_member=None)
    headers = {"Idempotency-Key": "k1"}
    answers = [post(shop, "/redemptions", booking_of(ada), **headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len({answer.content for answer in answers}) == 1
    assert post(shop, "/redemptions", booking_of(ada, session="other"), **headers).status_code == 409
    assert post(shop, "/redemptions", booking_of(ada)).status_code == 201
    assert Redemption.objects.count() == 2


def test_a_refusal_is_kept_with_its_key(shop: Client, session: Session, other_member: Member) -> None:
    first = post(shop, "/redemptions", booking_of(other_member), **{"Idempotency-Key": "k1"})
    fund(other_member, 1000)
    again = post(shop, "/redemptions", booking_of(other_member), **{"Idempotency-Key": "k1"})
    assert first.status_code == again.status_code == 409
    assert first.json() == again.json()
    assert first.json()["type"].endswith("/insufficient-points")


@pytest.mark.parametrize(
    ("spoil", "slug"),
    [
        ({"state": "retired"}, "not-open"),
        ({"limit_per_member": 1}, "limit-reached"),
        ({"cost": 5000, "limit_per_member": None}, "insufficient-points"),
    ],
)
def test_a_refusal_says_which(shop: Client, session: Session, ada: Member, spoil: dict[str, Any], slug: str) -> None:
    booking.book(session, member=ada)
    Reward.objects.update(**spoil)
    answer = post(shop, "/redemptions", booking_of(ada))
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["type"].endswith(f"/{slug}")


@pytest.mark.parametrize("changes", [{"email": "no@example.com"}, {"reward": "no"}, {"session": "no"}])
def test_unknown_things_are_not_there(shop: Client, session: Session, ada: Member, changes: dict[str, Any]) -> None:
    assert post(shop, "/redemptions", booking_of(ada, **changes)).status_code == 404


def test_unknown_redemptions_and_charities_are_not_there(shop: Client, ada: Member) -> None:
    assert post(shop, f"/redemptions/{uuid4()}/cancellation").status_code == 404
    assert post(shop, "/redemptions/x/cancellation").status_code == 404
    body = {"email": ada.email, "charity": "no", "points": 5}
    assert post(shop, "/donations", body).status_code == 404


def test_a_draft_is_not_there(shop: Client, session: Session, ada: Member) -> None:
    Reward.objects.update(state="draft")
    assert post(shop, "/redemptions", booking_of(ada)).status_code == 404


BAD_REDEMPTIONS: list[dict[str, Any]] = [
    {"session": None}, {"session": ""}, {"session": 5}, {"session": "a\x00b"}, {"session": "x" * 300},
    {"reward": None}, {"reward": ["ferments"]}, {"reward": "\x00"}, {"email": "ada"}, {"email": None}, {"email": 1},
]  # fmt: skip


@pytest.mark.parametrize("changes", BAD_REDEMPTIONS)
def test_a_bad_redemption_is_422_and_takes_nothing(
    shop: Client, session: Session, ada: Member, changes: dict[str, Any]
) -> None:
    answer = post(shop, "/redemptions", booking_of(ada, **changes))
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [next(iter(changes))]
    assert available(ada) == 1000


def test_a_donation_is_an_amount_of_money(shop: Client, charity: Charity, ada: Member) -> None:
    answer = post(shop, "/donations", {"email": ada.email, "charity": "seeds", "points": 42})
    assert answer.status_code == 201
    assert answer.json() == {"id": str(Donation.objects.get().public_id), "amount": "0.42", "currency": "EUR"}
    assert available(ada) == 958


@pytest.mark.parametrize("points", [0, -1, 1.5, "5", True, None, 10**12, 2**63, [], "١٢"])
def test_a_bad_number_of_points_is_422(shop: Client, charity: Charity, ada: Member, points: Any) -> None:
    answer = post(shop, "/donations", {"email": ada.email, "charity": "seeds", "points": points})
    assert answer.status_code == 422
    assert Donation.objects.count() == 0


def test_a_gift_below_a_cent_is_422_and_one_above_the_balance_409(shop: Client, charity: Charity, ada: Member) -> None:
    Brand.objects.update(points_per_currency_unit=1000)
    body = {"email": ada.email, "charity": "seeds"}
    assert post(shop, "/donations", body | {"points": 9}).status_code == 422
    assert post(shop, "/donations", body | {"points": 10}).json()["amount"] == "0.01"
    refused = post(shop, "/donations", body | {"points": 5000})
    assert refused.json()["type"].endswith("/insufficient-points")
    Charity.objects.update(state="closed")
    assert post(shop, "/donations", body | {"points": 10}).json()["type"].endswith("/not-open")


def test_who_may_only_read_writes_nothing(session: Session, ada: Member) -> None:
    analyst = bearing("analyst", "read")
    assert analyst.get(f"{API}/rewards").status_code == 200
    assert post(analyst, "/redemptions", booking_of(ada)).status_code == 403
    assert Client().get(f"{API}/rewards").status_code == 401
    assert available(ada) == 1000
