"""One field and a code: joining, coming back, leaving."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import user_signed_up
from django.test import Client

from core.members import carrying
from core.members.models import Letter, Member, SignIn
from tests.mailbox import Mailbox
from tests.members.conftest import SignIn as Door

pytestmark = pytest.mark.django_db


def ask(client: Client, email: str = "ada@example.com", **posted: str) -> Any:
    return client.post("/accounts/login/", {"email": email, **posted})


def test_the_form_has_one_field_for_an_address(client: Client) -> None:
    for path in ("/accounts/login/", "/accounts/signup/"):
        page = client.get(path).content.decode()
        assert re.search(r'<input[^>]*type="email"[^>]*name="email"', page)
        assert "password" not in page.replace("No password", "")


def test_a_newcomer_is_a_member_once_the_code_has_proved_the_address(client: Client, mailbox: Mailbox) -> None:
    answer = ask(client, "Ada@Example.COM ")
    assert (answer.status_code, answer["Location"]) == (303, "/accounts/code/")
    assert not Member.objects.exists()
    page = client.get("/accounts/code/").content.decode()
    assert re.search(r'<input[^>]*name="code"[^>]*inputmode="numeric"[^>]*autocomplete="one-time-code"', page)
    answer = client.post("/accounts/code/", {"code": mailbox.code("ada@example.com")})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    member = Member.objects.get()
    assert (member.email, member.language, member.has_usable_password()) == ("ada@example.com", "en", False)
    assert EmailAddress.objects.get(user=member, verified=True, primary=True).email == "ada@example.com"
    assert client.session["_auth_user_id"] == str(member.pk)


def test_coming_back_finds_the_same_member(sign_in: Door) -> None:
    sign_in("ada@example.com")
    client = sign_in("ADA@example.com")
    assert client.session["_auth_user_id"] == str(Member.objects.get().pk)


def test_known_and_unknown_addresses_get_the_same_answer_and_the_same_work(
    member: Member, mailbox: Mailbox, django_assert_num_queries: Any
) -> None:
    answers, counts = [], []
    for email in (member.email, "new@example.com"):
        client = Client()
        with django_assert_num_queries(23, exact=False) if False else _counted() as queries:
            answer = ask(client, email)
        counts.append(len(queries))
        code_page = client.get("/accounts/code/").content.decode().replace(email, "…")
        answers.append((answer.status_code, answer["Location"], answer.content, re.sub(r'value="\w{64}"|nonce="[^"]+"', "", code_page)))
    assert answers[0] == answers[1]
    assert counts[0] == counts[1]
    subjects = {re.sub(r"\d", "", mailbox.last(email).subject) for email in (member.email, "new@example.com")}
    bodies = {re.sub(r"\d", "", mailbox.last(email).body) for email in (member.email, "new@example.com")}
    assert len(subjects) == len(bodies) == 1


def _counted() -> Any:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    return CaptureQueriesContext(connection)
