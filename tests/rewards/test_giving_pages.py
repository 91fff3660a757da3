"""The pages of giving: the amount in money before the yes, and bad input answered with the form."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.brand.models import Brand
from core.members.models import Member
from rewards import giving
from rewards.models import Charity, Donation
from tests.rewards.conftest import available
from tests.rewards.factories import CharityFactory

ClientOf = Callable[[Member], Client]
HTMX = {"HX-Request": "true"}


def page(response: Any) -> str:
    return str(response.content.decode())


def fields(shown: str) -> dict[str, str]:
    """The hidden fields of the form that asks once more."""
    return dict(re.findall(r'<input type="hidden" name="(points|amount|key|confirmed)" value="([^"]*)">', shown))


def test_a_visitor_sees_charities_with_their_public_totals(client: Client, charity: Charity, ada: Member) -> None:
    assert "Be the first to give" in page(client.get("/give/"))
    giving.give(charity, member=ada, points=1000)
    assert "€10.00" in page(client.get("/give/"))
    assert "€10.00" in page(client.get("/give/seeds/"))


def test_no_charities_is_said_in_words(client: Client, db: None) -> None:
    assert "Nobody to give to just now" in page(client.get("/give/"))


def test_a_draft_is_not_there_and_a_closed_one_keeps_its_total(
    client_of: ClientOf, charity: Charity, ada: Member
) -> None:
    client = client_of(ada)
    giving.give(charity, member=ada, points=100)
    charity.close()
    assert "does not take gifts" in page(client.get("/give/seeds/"))
    assert "€1.00" in page(client.get("/give/seeds/"))
    assert "Seed Library" not in page(client.get("/give/"))
    assert client.post("/give/seeds/donations/", {"points": "100"}).status_code == 409
    Charity.objects.update(state="draft")
    assert client.get("/give/seeds/").status_code == 404
    assert client.post("/give/seeds/donations/", {"points": "100"}).status_code == 404


def test_the_amount_in_money_is_shown_before_the_yes_and_given_exactly(
    client_of: ClientOf, charity: Charity, ada: Member
) -> None:
    client = client_of(ada)
    asked = client.post("/give/seeds/donations/", {"points": "250"})
    assert asked.status_code == 200
    assert "Yes, give €2.50" in page(asked)
    assert Donation.objects.count() == 0
    thanks = client.post("/give/seeds/donations/", fields(page(asked)), follow=True)
    assert "Thank you" in page(thanks)
    assert "€2.50" in page(thanks)
    assert Donation.objects.get().amount == 250
    assert available(ada) == 750


def test_yes_twice_gives_once(client_of: ClientOf, charity: Charity, ada: Member) -> None:
    client = client_of(ada)
    form = fields(page(client.post("/give/seeds/donations/", {"points": "250"})))
    answers = [client.post("/give/seeds/donations/", form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Donation.objects.count() == 1


def test_when_the_worth_fell_after_the_question_nothing_is_taken(
    client_of: ClientOf, charity: Charity, ada: Member
) -> None:
    client = client_of(ada)
    form = fields(page(client.post("/give/seeds/donations/", {"points": "250"})))
    Brand.objects.update(points_per_currency_unit=500)
    response = client.post("/give/seeds/donations/", form)
    assert response.status_code == 409
    assert "€0.50" in page(response)
    assert available(ada) == 1000


BAD = [
    "", " ", "0", "-1", "-0", "+5", "1.5", "1.0", "1e3", "1e9999", "١٢", "٣", "１２", "0x10", "1_000", "1,000", "NaN",
    "Infinity", "true", "null", "[]", "a\x00b", "1" * 13, "9" * 400, "1000000001", "12 3", "<b>1</b>", "½",
]  # fmt: skip


@pytest.mark.parametrize("confirmed", [{}, {"confirmed": "on"}])
@pytest.mark.parametrize("points", [None, *BAD])
def test_points_that_are_no_number_to_give_are_answered_with_the_form(
    client_of: ClientOf, charity: Charity, ada: Member, points: str | None, confirmed: dict[str, str]
) -> None:
    data = confirmed if points is None else {"points": points} | confirmed
    response = client_of(ada).post("/give/seeds/donations/", data)
    assert response.status_code == 422
    assert 'name="points"' in page(response)
    assert 'class="errorlist"' in page(response)
    assert Donation.objects.count() == 0


@pytest.mark.parametrize("extra", [{"amount": "-1"}, {"amount": "x"}, {"amount": "9" * 40}, {"key": "no"}])
def test_a_forged_confirmation_is_a_form_error(
    client_of: ClientOf, charity: Charity, ada: Member, extra: dict[str, str]
) -> None:
    response = client_of(ada).post("/give/seeds/donations/", {"points": "5", "confirmed": "on"} | extra)
    assert response.status_code == 422
    assert available(ada) == 1000


@pytest.mark.parametrize("confirmed", [{}, {"confirmed": "on"}])
def test_more_than_one_has_is_refused_with_what_is_missing(
    client_of: ClientOf, charity: Charity, ada: Member, confirmed: dict[str, str]
) -> None:
    response = client_of(ada).post("/give/seeds/donations/", {"points": "1001"} | confirmed)
    assert response.status_code == 409
    assert 'data-slug="insufficient-points"' in page(response)
    assert available(ada) == 1000


def test_the_worth_is_a_fragment_while_one_types(client_of: ClientOf, charity: Charity, ada: Member) -> None:
    response = client_of(ada).get("/give/seeds/?points=250", headers=HTMX)
    assert page(response).startswith('<div id="worth"')
    assert "€2.50" in page(response)
    assert "HX-Request" in response["Vary"]
    assert "whole number" in page(client_of(ada).get("/give/seeds/?points=1e9", headers=HTMX))
    assert "<html" in page(client_of(ada).get("/give/seeds/?points=250"))
    assert "<html" in page(client_of(ada).get("/give/seeds/?points=250", headers=HTMX | {"HX-Boosted": "true"}))


def test_a_visitor_who_gives_is_sent_to_sign_in_and_back_to_the_charity(client: Client, charity: Charity) -> None:
    response = client.post("/give/seeds/donations/", {"points": "5"})
    assert response.status_code == 302
    assert response["Location"].endswith("?next=/give/seeds/")


def test_a_thank_you_is_there_for_who_gave_alone(
    client_of: ClientOf, client: Client, charity: Charity, ada: Member, other_member: Member
) -> None:
    donation = giving.give(charity, member=ada, points=100)
    address = f"/give/seeds/donations/{donation.public_id}/"
    assert client_of(ada).get(address).status_code == 200
    assert client_of(other_member).get(address).status_code == 404
    assert client.get(address).status_code == 302
    CharityFactory(slug="elsewhere")
    assert client_of(ada).get(address.replace("seeds", "elsewhere")).status_code == 404


@pytest.mark.parametrize(
    ("method", "address"), [("post", "/give/"), ("post", "/give/seeds/"), ("get", "/give/seeds/donations/")]
)
def test_other_methods_are_refused(
    client_of: ClientOf, charity: Charity, ada: Member, method: str, address: str
) -> None:
    assert getattr(client_of(ada), method)(address).status_code == 405


@pytest.mark.parametrize("address", ["/give/", "/give/seeds/"])
def test_a_page_asks_the_database_a_bounded_number_of_times(
    client_of: ClientOf, charity: Charity, ada: Member, django_assert_max_num_queries: Any, address: str
) -> None:
    for _ in range(6):
        giving.give(CharityFactory(), member=ada, points=10)
    client = client_of(ada)
    with django_assert_max_num_queries(12):
        assert client.get(address).status_code == 200
