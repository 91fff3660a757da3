"""The fairness page: made of the settings, in people's words, for everybody."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from core import clock
from core.brand.models import Brand
from core.earning import rules
from core.earning.calculations import CALCULATIONS
from core.members.models import Member
from core.web import fairness
from rewards.models import Charity
from tests.journeys.full_site import fill

pytestmark = pytest.mark.django_db


def page(client: Client | None = None) -> str:
    answer = (client or Client()).get("/fairness/")
    assert answer.status_code == 200
    return answer.content.decode()


def rule(slug: str, **terms: Any) -> None:
    """A rule with these terms, the rest as it comes."""
    rest = {"limit_count": None, "limit_per": "", "pending_days": 0, "starts": None, "ends": None}
    rules.put(slug, **{"calculation": "flat", "settings": {"points": 50}, **rest, **terms})


def test_a_visitor_and_a_member_read_the_same_rules(client_of: Callable[[Member], Client]) -> None:
    for client in (Client(), client_of(fill().ada)):
        said = page(client)
        for title in ("How you earn", "Challenges", "Inviting friends", "Rewards", "Giving", "What can be taken back"):
            assert f">{title}</h2>" in said


def test_every_page_leads_to_it(db: None) -> None:
    assert '<a href="/fairness/">Fairness</a>' in Client().get("/").content.decode()


def test_a_rule_says_its_sum_its_limit_its_hold_and_its_days(brand: Brand) -> None:
    now = clock.now()
    rule("limited", activity="subscription.started", limit_count=3, limit_per="week", pending_days=14)
    starts, ends = now + timedelta(days=3), now + timedelta(days=9)
    rule("later", activity="subscription.renewed", settings={"points": 60}, starts=starts)
    rule("short", activity="subscription.renewed", settings={"points": 70}, ends=ends)
    rule("between", activity="subscription.renewed", settings={"points": 80}, starts=starts, ends=ends)
    rule("paid", activity="order.paid", calculation="per_amount", settings={"points": 2, "per": "1.00"})
    rule("once", activity="subscription.ended", calculation="first_time", settings={"points": 7})
    said = page()
    assert "50 points each time. At most 3 a week. The points can be spent 14 days later." in said
    assert "60 points each time. It counts from " in said
    assert "70 points each time. It counts until " in said
    days = f"{starts:%B} {starts.day}, {starts.year} to {ends:%B} {ends.day}, {ends.year}"
    assert f"80 points each time. It counts from {days}." in said
    assert "2 points for each €1.00." in said
    assert "7 points for the first time." in said
    assert "7 points for the first time. At most" not in said


def test_every_calculation_has_its_sentence_on_the_page(brand: Brand) -> None:
    for name, calculation in CALCULATIONS.items():
        settings = json.loads(calculation.example)
        rule(name.replace("_", "-"), activity="order.paid", calculation=name, settings=settings)
        assert escape(calculation.read(settings).sentence().text(brand)) in page()


def test_a_changed_rule_stands_there_at_once_and_a_retired_or_ended_one_no_longer(brand: Brand) -> None:
    rule("review", activity="order.paid", settings={"points": 31})
    assert "31 points each time." in page()
    rule("review", activity="order.paid", settings={"points": 32})
    assert "31 points" not in page()
    assert "32 points each time." in page()
    rules.retire("review")
    rule("past", activity="order.paid", settings={"points": 33}, ends=clock.now() - timedelta(days=1))
    said = page()
    assert "points each time" not in said
    assert "There is nothing to earn by itself at the moment" in said


def test_a_secret_badge_is_not_given_away() -> None:
    fill()
    assert "Night owl" not in page()


def test_what_charities_were_given_is_public() -> None:
    site = fill()
    charity = Charity.objects.get(slug="seed-library")
    brand = Brand.current()
    assert site.ada.email not in page()
    assert f"So far members gave {brand.money(charity.amount)}: {brand.points(charity.points)}." in page()


def test_the_page_reads_in_the_visitors_language(client: Client) -> None:
    said = client.get("/fairness/", headers={"accept-language": "tr"}).content.decode()
    assert 'lang="tr"' in said


def test_it_asks_the_database_no_more_however_much_there_is(django_assert_max_num_queries: Any) -> None:
    fill(8)
    page()
    with django_assert_max_num_queries(6):
        page()


def test_an_app_adds_to_a_section_of_another_under_the_first_title(brand: Brand) -> None:
    shown = {section.slug: lines for section, lines in fairness.shown(brand)}
    names = [line.name for line in shown["privacy"]]
    assert names.index("Your address") < names.index("Invitations")
    assert [section.slug for section, _lines in fairness.shown(brand)].count("privacy") == 1


def test_nothing_is_changed_by_asking(client: Client) -> None:
    assert client.post("/fairness/").status_code == 405
