"""What people read when something is not possible, not there or not working."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from core.members.models import Member

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.look.urls")]

HTMX = {"hx-request": "true"}


def test_a_refusal_is_a_page_with_its_sentence_and_the_way_back(client: Client) -> None:
    answer = client.get("/refuse/", headers={"referer": "http://testserver/rewards/?page=2"})
    assert answer.status_code == 409
    assert "All ten seats are taken." in answer.content.decode()
    assert 'href="/rewards/?page=2"' in answer.content.decode()


@pytest.mark.parametrize("referer", ["https://elsewhere.example/x", "javascript:alert(1)", ""])
def test_the_way_back_from_a_refusal_stays_on_the_site(client: Client, referer: str) -> None:
    answer = client.get("/refuse/", headers={"referer": referer})
    assert '<a class="button button--primary" href="/">' in answer.content.decode()


def test_a_refusal_for_htmx_is_only_a_message(client: Client) -> None:
    answer = client.get("/refuse/", headers=HTMX)
    assert answer.status_code == 409
    assert answer["HX-Retarget"] == "#messages"
    assert answer["HX-Reswap"] == "beforeend"
    assert "HX-Request" in answer["Vary"]
    assert answer.content.decode().startswith('<p class="notice')
    assert "<html" not in answer.content.decode()


def test_a_boosted_visit_that_is_refused_gets_the_page(client: Client) -> None:
    answer = client.get("/refuse/", headers={**HTMX, "hx-boosted": "true"})
    assert "<html" in answer.content.decode()
    assert "HX-Retarget" not in answer


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/nowhere/", 404, "There is nothing here"),
        ("/forbid/", 403, "This is not for you"),
        ("/misread/", 400, "That could not be read"),
        ("/break/", 500, "That was our mistake"),
    ],
)
def test_an_error_says_what_happened_and_leads_home(client: Client, path: str, status: int, words: str) -> None:
    client.raise_request_exception = False
    answer = client.get(path)
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


def test_our_mistake_is_shown_without_asking_the_database(django_assert_num_queries: Any) -> None:
    from django.template.loader import render_to_string

    with django_assert_num_queries(0):
        assert "That was our mistake" in render_to_string("500.html")
        assert "One moment, please" in render_to_string("503.html")


def test_a_form_that_was_open_for_too_long_says_so(member: Member) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(member)
    answer = strict.post("/accounts/logout/")
    assert answer.status_code == 403
    assert "This page was open for too long" in answer.content.decode()
