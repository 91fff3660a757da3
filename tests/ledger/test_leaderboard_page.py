"""The leaderboard as a page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from core import clock
from core.members.models import Member
from tests.ledger.earners import person

pytestmark = pytest.mark.django_db
Browser = Callable[[Member], Client]


def text(client: Client, path: str = "/leaderboard/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_visitor_signs_in_first(client: Client) -> None:
    assert client.get("/leaderboard/")["Location"] == "/accounts/login/?next=/leaderboard/"
    assert client.get("/leaderboard/week/")["Location"] == "/accounts/login/?next=/leaderboard/week/"


def test_it_shows_aliases_and_never_an_address(client_of: Browser) -> None:
    ada, grace = person("Ada", 50), person("Grace", 70)
    hidden = person("Nobody to see", 90, leaderboard=False)
    page = text(client_of(ada))
    assert page.index("Grace") < page.index("You · Ada")
    assert page.count('aria-current="true"') == 1
    for who in (ada, grace, hidden):
        assert who.email not in page
    assert "Nobody to see" not in page
    assert "Others see your alias and your points here." in page


def test_whoever_is_hidden_sees_their_own_line_and_that_nobody_else_does(client_of: Browser) -> None:
    person("Grace", 70)
    ada = person("Ada", 50, leaderboard=False)
    page = text(client_of(ada))
    assert "Only you see this line." in page
    assert "Others do not see you here." in page
    assert "Ada" not in text(client_of(Member.objects.get(alias="Grace")))


def test_leaving_the_leaderboard_takes_effect_at_once(client_of: Browser) -> None:
    ada, grace = person("Ada", 50), person("Grace", 70)
    assert "Grace" in text(client_of(ada))
    answer = client_of(grace).post("/me/", {"alias": "Grace", "language": "en", "time_zone": ""})
    assert answer.status_code == 303
    page = text(client_of(ada))
    assert "Grace" not in page
    assert '<p class="figure figure--huge">1</p>' in page


def test_the_tabs_are_links_to_the_periods(client_of: Browser) -> None:
    ada = person("Ada", 50, clock.now() - timedelta(days=90))
    client = client_of(ada)
    page = text(client)
    for path in ("/leaderboard/", "/leaderboard/week/", "/leaderboard/month/"):
        assert f'<a href="{path}"' in page
    assert '<a href="/leaderboard/" aria-current="page">' in page
    assert "You have not earned anything this week yet." in text(client, "/leaderboard/week/")
    assert "You have not earned anything this month yet." in text(client, "/leaderboard/month/")


def test_an_empty_leaderboard_says_how_to_be_the_first(member: Member, client_of: Browser) -> None:
    page = text(client_of(member))
    assert "Nobody is here yet" in page
    assert 'href="/me/#id_leaderboard"' in page


def test_staff_see_the_list_and_have_no_place(client_of: Browser) -> None:
    person("Ada", 50)
    page = text(client_of(person("Owner", 90, role="owner")))
    assert "Ada" in page
    assert "Your place" not in page


def test_other_methods_are_405(member: Member, client_of: Browser) -> None:
    assert client_of(member).post("/leaderboard/").status_code == 405


def test_the_page_costs_few_queries(client_of: Browser, django_assert_max_num_queries: Any) -> None:
    people = [person(f"M{n}", 200 - n) for n in range(120)]
    client = client_of(people[-1])
    with django_assert_max_num_queries(10):
        text(client)


def test_an_alias_is_text_and_nothing_else(client_of: Browser) -> None:
    person("<script>alert(1)</script>", 10)
    assert "<script>alert(1)" not in text(client_of(person("Ada", 5)))
