"""Guesses, mails and sign-ups at the same moment, from many connections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import user_signed_up
from django.db import connection
from django.test import Client

from core.members import codes
from core.members.models import Letter, Member, SignIn
from tests.mailbox import Mailbox

pytestmark = pytest.mark.django_db(transaction=True)


def at_once[T](count: int, act: Callable[[int], T]) -> list[T]:
    """What `act(0)` … `act(count - 1)` return, begun at the same moment in as many threads."""
    barrier = Barrier(count)

    def run(number: int) -> T:
        try:
            barrier.wait(30)
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def browser_waiting_for(sign_in: SignIn, **headers: str) -> Client:
    client = Client(**headers)
    session = client.session
    session[codes.SESSION_KEY] = str(sign_in.pk)
    session.save()
    return client


def test_of_fifty_guesses_at_once_from_many_addresses_five_are_looked_at(client: Client, mailbox: Mailbox) -> None:
    client.post("/accounts/login/", {"email": "ada@example.com"})
    right = int(mailbox.code("ada@example.com"))
    sign_in = SignIn.objects.get()
    browsers = [browser_waiting_for(sign_in, HTTP_X_FORWARDED_FOR=f"10.0.0.{n}") for n in range(50)]

    def guess(number: int) -> int:
        wrong = f"{(right + 1 + number) % 10**6:06}"
        return browsers[number].post("/accounts/code/", {"code": wrong}).status_code

    statuses = Counter(at_once(50, guess))
    sign_in.refresh_from_db()
    assert sign_in.tries == 5
    assert statuses[422] <= 5
    assert statuses[422] + statuses[429] == 50
    assert client.post("/accounts/code/", {"code": f"{right:06}"}).status_code == 429
    assert not Member.objects.exists()


def test_of_twenty_mails_asked_for_at_once_five_are_sent(mailbox: Mailbox) -> None:
    browsers = [Client(HTTP_X_FORWARDED_FOR=f"10.0.0.{n}") for n in range(20)]
    statuses = at_once(20, lambda n: browsers[n].post("/accounts/login/", {"email": "ada@example.com"}).status_code)
    assert Counter(statuses) == {303: 5, 429: 15}
    assert len(mailbox.to("ada@example.com")) == Letter.objects.count() == SignIn.objects.count() == 5


def test_two_sign_ups_of_one_address_at_once_make_one_member(mailbox: Mailbox) -> None:
    welcomed: list[str] = []

    def listen(user: Member, **_signal: Any) -> None:
        welcomed.append(user.email)

    browsers = [Client() for _ in range(5)]
    waiting = []
    for browser in browsers:
        browser.post("/accounts/login/", {"email": "ada@example.com"})
        waiting.append(mailbox.code("ada@example.com"))
    user_signed_up.connect(listen)
    try:
        answers = at_once(5, lambda n: browsers[n].post("/accounts/code/", {"code": waiting[n]}).status_code)
    finally:
        user_signed_up.disconnect(listen)
    assert answers == [302] * 5
    member = Member.objects.get()
    assert EmailAddress.objects.get().user == member
    assert welcomed[-1:] == ["ada@example.com"]
    assert {browser.session["_auth_user_id"] for browser in browsers} == {str(member.pk)}


def test_one_code_sent_twice_at_once_opens_one_session(client: Client, mailbox: Mailbox) -> None:
    client.post("/accounts/login/", {"email": "ada@example.com"})
    code = mailbox.code("ada@example.com")
    browsers = [browser_waiting_for(SignIn.objects.get()) for _ in range(4)]
    statuses = at_once(4, lambda n: browsers[n].post("/accounts/code/", {"code": code}).status_code)
    assert sorted(statuses) == [302, 429, 429, 429]
