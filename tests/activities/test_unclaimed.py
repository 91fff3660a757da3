"""Where everybody takes part, a purchase opens a wallet that its person claims on joining."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from core.activities.models import Activity
from core.brand.models import Brand
from core.ledger.models import Wallet
from core.members.enrolment import claim
from core.members.models import Member
from referrals.models import Referral
from tests.api.conftest import bearing
from tests.mailbox import Mailbox
from tests.shop import Shop, event, order, refund
from tests.together import at_once

EMAIL = "ada@example.com"
PROGRAMME = """
programme: {name: Fern, enrolment: universal}
earning:
  - {slug: per-euro, activity: order.paid, calculation: per_amount, settings: {points: 1, per: "1.00"}}
  - {slug: welcome, activity: member.joined, calculation: flat, settings: {points: 5}}
referral:
  referrer: {points: 500}
  friend: {points: 250}
  qualifies: {activity: order.paid, minimum: "20.00"}
"""


@pytest.fixture
def universal(db: None, tmp_path: Any) -> None:
    file = tmp_path / "programme.yaml"
    file.write_text(PROGRAMME)
    call_command("programme", "apply", str(file))


@pytest.fixture
def sign_in(mailbox: Mailbox) -> Callable[..., Client]:
    def through_the_door(email: str = EMAIL, **posted: str) -> Client:
        client = Client()
        client.post("/accounts/login/", {"email": email, **posted})
        client.post("/accounts/code/", {"code": mailbox.code(email)})
        return client

    return through_the_door


def test_an_order_of_an_unknown_address_counts_at_once(universal: None, shop: Shop) -> None:
    answer = shop.send(order("Ada@Example.com", "order-1", "42.00"))
    assert answer.json() | {"id": ""} == {"id": "", "status": "accepted", "points": 42, "pending": 0}
    member = Member.objects.get(email=EMAIL)
    assert not member.claimed
    assert not Member.objects.customers().exists()
    assert Wallet.of(member.pk).available == 42
    assert not Activity.objects.filter(type="member.joined").exists()
    assert mail.outbox == []


def test_whoever_proves_the_address_joins_with_what_is_there(
    universal: None, shop: Shop, sign_in: Callable[..., Client]
) -> None:
    shop.send(order(EMAIL, "order-1", "42.00"))
    member = Member.objects.get(email=EMAIL)
    page = sign_in().get("/wallet/").content.decode()
    assert '<data value="47">' in page
    claimed = Member.objects.get(email=EMAIL)
    assert (claimed.pk, claimed.claimed) == (member.pk, True)
    assert claimed.joined_at > member.joined_at
    sign_in()
    assert Activity.objects.filter(type="member.joined").count() == 1
    assert Wallet.of(member.pk).available == 47


def test_a_batch_opens_one_wallet_for_each_address(universal: None, shop: Shop) -> None:
    said = [order(f"person-{number % 3}@example.com", f"order-{number}", "10.00") for number in range(9)]
    results = shop.send_batch(*said).json()["results"]
    assert [result["status"] for result in results] == ["accepted"] * 9
    assert sorted(Wallet.objects.values_list("available", flat=True)) == [30, 30, 30]


@pytest.mark.parametrize("said", [event("nobody.knows", EMAIL), refund("order-1", email=EMAIL)])
def test_what_does_not_count_opens_no_wallet(universal: None, shop: Shop, said: dict[str, Any]) -> None:
    assert shop.send(said).json()["status"] in {"ignored", "parked"}
    assert not Member.objects.exists()


def test_a_refund_before_its_order_counts_when_the_order_opens_the_wallet(universal: None, shop: Shop) -> None:
    shop.send(refund("order-1", "10.00"))
    assert shop.send(order(EMAIL, "order-1", "42.00")).json()["points"] == 32


def test_what_was_parked_before_everybody_took_part_waits_for_the_person(
    universal: None, shop: Shop, sign_in: Callable[..., Client]
) -> None:
    Brand.objects.update(enrolment=Brand.Enrolment.OPT_IN)
    assert shop.send(order(EMAIL, "order-1", "10.00")).json()["status"] == "parked"
    Brand.objects.update(enrolment=Brand.Enrolment.UNIVERSAL)
    assert shop.send(order(EMAIL, "order-2", "20.00")).json()["points"] == 20
    sign_in()
    assert Wallet.objects.get().available == 35


def test_an_invited_person_who_bought_before_is_still_a_friend(
    universal: None, shop: Shop, sign_in: Callable[..., Client]
) -> None:
    inviter = sign_in("grace@example.com")
    assert inviter.get("/invite/").status_code == 200
    code = Member.objects.get(email="grace@example.com").referral_code.code
    shop.send(order(EMAIL, "order-1", "42.00"))
    sign_in(referral_code=code)
    referral = Referral.objects.get()
    assert (referral.friend.email, referral.state) == (EMAIL, Referral.State.JOINED), "an order before joining"
    shop.send(order(EMAIL, "order-2", "42.00"))
    referral.refresh_from_db()
    assert referral.state == Referral.State.QUALIFIED


def test_an_unclaimed_account_under_another_spelling_is_no_member(
    universal: None, shop: Shop, sign_in: Callable[..., Client]
) -> None:
    sign_in("grace@example.com").get("/invite/")
    code = Member.objects.get(email="grace@example.com").referral_code.code
    shop.send(order("ada+shop@example.com", "order-1", "42.00"))
    sign_in(referral_code=code)
    assert Referral.objects.get().state == Referral.State.JOINED


def test_the_api_shows_the_wallet_and_claims_it(universal: None, shop: Shop) -> None:
    writer = bearing("till", "write")
    shop.send(order(EMAIL, "order-1", "42.00"))
    told = writer.get(f"/api/v1/members/{EMAIL}").json()
    assert (told["joined_at"], told["points"]["available"]) == (None, 42)
    joined = writer.post("/api/v1/members", {"email": EMAIL}, "application/json")
    assert (joined.status_code, joined.json()["points"]["available"]) == (201, 47)
    assert writer.post("/api/v1/members", {"email": EMAIL}, "application/json").status_code == 200


def test_of_two_who_claim_at_once_one_joins(universal: None, shop: Shop) -> None:
    shop.send(order(EMAIL, "order-1", "42.00"))
    first, second = (Member.objects.get(email=EMAIL) for _copy in range(2))
    assert [claim(first), claim(second)] == [True, False]


@pytest.mark.django_db(transaction=True)
def test_many_first_orders_at_once_open_one_wallet(tmp_path: Any) -> None:
    file = tmp_path / "programme.yaml"
    file.write_text(PROGRAMME)
    call_command("programme", "apply", str(file))
    shop = Shop.opened()
    answers = at_once(lambda n: shop.send(order(EMAIL, f"order-{n}", "1.00"), f"evt-at-once-{n}"), 20, threads=10)
    assert {answer.status_code for answer in answers} == {202}
    assert Wallet.objects.get().available == 20
