"""What members ask of the site about themselves."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client

from core.members.models import Member
from tests.people.conftest import ALIAS, EMAIL, Stage, traces
from tests.people.test_erasing import breaches

pytestmark = pytest.mark.django_db
Browser = Callable[[Member], Client]


def test_my_data_is_a_file_of_all_that_is_known(stage: Stage) -> None:
    answer = stage.browser.post("/me/data/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer["Content-Disposition"].startswith('attachment; filename="my-data-')
    assert "no-store" in answer["Cache-Control"]
    told = json.loads(b"".join(answer.streaming_content))
    assert (told["email"], told["profile"]["alias"]) == (EMAIL, ALIAS)
    assert told["statement"]


def test_my_data_asks_a_member_and_a_click(member: Member, client: Client, client_of: Browser) -> None:
    assert client.post("/me/data/")["Location"] == "/accounts/login/?next=/me/data/"
    assert client_of(member).get("/me/data/").status_code == 405


def test_my_data_too_often_is_429(member: Member, client_of: Browser) -> None:
    client = client_of(member)
    assert [client.post("/me/data/").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_my_page_leads_to_both(member: Member, client_of: Browser) -> None:
    page = client_of(member).get("/me/").content.decode()
    assert 'action="/me/data/"' in page
    assert 'href="/me/leave/"' in page


def test_leaving_says_what_it_means_and_changes_nothing_yet(stage: Stage) -> None:
    page = stage.browser.get("/me/leave/").content.decode()
    assert "nobody can spend them any more" in page
    assert "Your ticket is cancelled" in page
    assert Member.objects.filter(email=EMAIL).exists()


def test_leaving_asks_once_more(stage: Stage) -> None:
    answer = stage.browser.post("/me/leave/")
    assert (answer.status_code, Member.objects.filter(email=EMAIL).exists()) == (422, True)
    assert "nobody can undo it" in answer.content.decode()


def test_whoever_leaves_is_erased_and_signed_out(stage: Stage) -> None:
    answer = stage.browser.post("/me/leave/", {"sure": "on"})
    assert (answer.status_code, answer["Location"]) == (303, "/")
    page = stage.browser.get("/").content.decode()
    assert "You are erased." in page
    assert stage.browser.get("/me/")["Location"] == "/accounts/login/?next=/me/"
    assert traces(EMAIL, ALIAS) == []
    assert breaches() == []


def test_an_old_session_signs_in_again_first(member: Member, client_of: Browser) -> None:
    client = client_of(member)
    assert "Yes, erase me" not in client.get("/me/leave/").content.decode()
    answer = client.post("/me/leave/", {"sure": "on"})
    assert (answer.status_code, Member.objects.filter(email=member.email).exists()) == (409, True)


def test_a_visitor_signs_in_first(client: Client) -> None:
    for act in (client.get, client.post):
        assert act("/me/leave/")["Location"] == "/accounts/login/?next=/me/leave/"
