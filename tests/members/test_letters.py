"""How many mails one address gets, and what becomes of them when the mail server does not answer."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django_tasks_db.models import DBTaskResult

from core import clock
from core.members import limits
from core.members.models import Allowance, Letter, SignIn
from core.members.tasks import clear_away, deliver, deliver_what_was_left
from tests.mailbox import Mailbox

pytestmark = pytest.mark.django_db

QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def ask(email: str = "ada@example.com", **headers: str) -> Any:
    return Client(**headers).post("/accounts/login/", {"email": email})


def test_an_address_gets_five_mails_a_minute_and_fifteen_an_hour(mailbox: Mailbox) -> None:
    start = clock.now()
    answers = []
    for minute in range(5):
        for second in range(6):
            with clock.at(start + timedelta(minutes=minute, seconds=second)):
                answers.append(ask(HTTP_X_FORWARDED_FOR=f"10.1.{minute}.{second}").status_code)
    assert answers[:6] == [303] * 5 + [429]
    assert answers.count(303) == len(mailbox.outbox) == 15
    with clock.at(start + timedelta(minutes=61)):
        assert ask().status_code == 303


def test_a_friendly_page_says_when_to_come_back(mailbox: Mailbox) -> None:
    for _ in range(5):
        ask("ADA@example.com")
    refused = ask("ada@example.com")
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert "Wait a little" in refused.content.decode()
    assert ask("grace@example.com").status_code == 303


def test_the_minute_slides(mailbox: Mailbox) -> None:
    start = clock.now()
    for second in (0, 50, 51, 52, 53):
        with clock.at(start + timedelta(seconds=second)):
            assert ask().status_code == 303
    with clock.at(start + timedelta(seconds=59)):
        assert ask().status_code == 429
    with clock.at(start + timedelta(seconds=61)):
        assert ask().status_code == 303
        assert ask().status_code == 429


@pytest.fixture
def hung_server() -> Iterator[int]:
    """A mail server that takes connections and never says a word; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stop = threading.Event()
        yield listener.getsockname()[1]
        stop.set()


def smtp(port: int) -> dict[str, Any]:
    options = {"host": "127.0.0.1", "port": port, "timeout": 0.5}
    return {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}


def test_a_hung_mail_server_delays_no_page_and_the_mail_comes_later_once(hung_server: int, settings: Any) -> None:
    settings.TASKS = QUEUE
    settings.MAILERS = smtp(hung_server)
    began = time.monotonic()
    assert ask().status_code == 303
    assert time.monotonic() - began < 1
    letter = Letter.objects.get()
    queued = DBTaskResult.objects.get()
    assert queued.args_kwargs == {"args": [letter.pk], "kwargs": {}}
    deliver.call(letter.pk)
    letter.refresh_from_db()
    assert (letter.sent_at, letter.attempts) == (None, 1)
    assert letter.trouble
    assert DBTaskResult.objects.count() == 2
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    from django.core import mail

    mail.outbox = []
    with clock.at(letter.due_at + timedelta(seconds=1)):
        deliver.call(letter.pk)
        deliver.call(letter.pk)
        deliver_what_was_left.call()
    assert len(mail.outbox) == 1
    assert mail.outbox[0].extra_headers["Message-ID"] == letter.message_id


def test_a_dead_mail_server_is_tried_again_and_again_but_not_for_ever(settings: Any) -> None:
    settings.TASKS = QUEUE
    settings.MAILERS = smtp(1)
    assert ask().status_code == 303
    letter = Letter.objects.get()
    Letter.objects.update(useful_until=None)
    moment = clock.now()
    for _ in range(20):
        with clock.at(moment):
            deliver.call(letter.pk)
        letter.refresh_from_db()
        moment = letter.due_at + timedelta(seconds=1)
    assert letter.attempts == 12
    assert letter.sent_at is None


def test_a_letter_whose_worker_died_is_taken_up_by_the_schedule(settings: Any) -> None:
    settings.TASKS = QUEUE
    settings.MAILERS = smtp(1)
    ask()
    letter = Letter.objects.get()
    assert letter.take_in_hand()
    assert not letter.take_in_hand()
    DBTaskResult.objects.all().delete()
    with clock.at(clock.now() + timedelta(minutes=3)):
        deliver_what_was_left.call()
    assert DBTaskResult.objects.get().args_kwargs["args"] == [letter.pk]


def test_a_code_that_is_over_is_not_sent_any_more(settings: Any) -> None:
    settings.TASKS = QUEUE
    settings.MAILERS = smtp(1)
    ask()
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert not Letter.objects.get().take_in_hand()


def test_a_day_later_codes_letters_and_counters_are_cleared_away(mailbox: Mailbox) -> None:
    ask()
    clear_away.call()
    assert (SignIn.objects.count(), Letter.objects.count(), Allowance.objects.count()) == (1, 1, 1)
    with clock.at(clock.now() + timedelta(days=2)):
        clear_away.call()
    assert (SignIn.objects.count(), Letter.objects.count(), Allowance.objects.count()) == (0, 0, 0)


def test_limits_hold_without_any_cache(settings: Any, mailbox: Mailbox) -> None:
    settings.CACHES = {"default": {"BACKEND": "tests.members.test_letters.DeadCache"}}
    assert [ask().status_code for _ in range(6)] == [303] * 5 + [429]


class DeadCache:
    """A cache whose every call fails."""

    def __init__(self, *args: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        raise ConnectionError("The cache is away.")


def test_a_refused_try_is_not_counted() -> None:
    for _ in range(3):
        limits.spend("door", ((3, 60),))
    for _ in range(5):
        with pytest.raises(limits.TooMany):
            limits.spend("door", ((3, 60),))
    assert len(Allowance.objects.get().moments) == 3
