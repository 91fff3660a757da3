"""The mails of notices: in whose language, once, whatever dies in between, and when they really went out."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from core import clock
from core.brand.explanation import Explanation
from core.members import notice_choices, notice_mail
from core.members.models import Letter, Member, Notice, NoticeChoice, NoticeMail
from core.members.notices import Told, tell
from core.members.tasks import clear_away, deliver, deliver_what_was_left, write_notices
from tests.mailbox import Mailbox
from tests.members.test_letters import QUEUE, smtp
from tests.members.test_notices import kinds  # noqa: F401
from tests.together import at_once

pytestmark = pytest.mark.django_db
SAID = Explanation(
    "%(points)s of yours wait until %(day)s.", {"points": {"points": 1}, "day": {"date": "2026-11-30T23:30:00+00:00"}}
)


def say(*members: Member, number: int = 1, kind: str = "tests.needed") -> list[Notice]:
    return tell(
        Told(member.pk, kind, f"{member.pk}:{each}", SAID, "/wallet/") for member in members for each in range(number)
    )


def test_a_notice_comes_in_the_language_and_time_zone_of_its_reader(member: Member, mailbox: Mailbox) -> None:
    Member.objects.update(time_zone="Europe/Istanbul", language="en")
    (notice,) = say(member)
    write_notices.call()
    (sent,) = mailbox.to("ada@example.com")
    assert sent.subject == "What must be known · Goodturn"
    assert "1 point of yours wait until December 1, 2026." in sent.body
    assert "/wallet/\n" in sent.body
    assert "/me/#me-notices" in sent.body
    stop = notice_choices.stop_address(member.pk, "tests.needed")
    assert stop in sent.body
    assert sent.alternatives
    notice.refresh_from_db()
    assert notice.mailed_at is not None
    assert notice.mailed_at >= notice.told_at


def test_another_reader_gets_it_in_the_brands_first_language(member: Member, mailbox: Mailbox, brand: Any) -> None:
    type(brand).objects.update(languages=["tr", "en"])
    say(member)
    write_notices.call()
    assert "30 Kasım 2026" in mailbox.last("ada@example.com").body


@pytest.mark.parametrize(("secure", "post"), [(True, "List-Unsubscribe=One-Click"), (False, None)])
def test_mail_programs_are_told_how_to_end_it(
    member: Member, mailbox: Mailbox, settings: Any, secure: bool, post: str | None
) -> None:
    settings.SECURE = secure
    say(member)
    write_notices.call()
    headers = mailbox.last("ada@example.com").extra_headers
    assert headers["List-Unsubscribe"] == f"<{notice_choices.stop_address(member.pk, 'tests.needed')}>"
    assert headers.get("List-Unsubscribe-Post") == post


def test_a_code_can_not_be_unsubscribed_from(mailbox: Mailbox, client: Any) -> None:
    client.post("/accounts/login/", {"email": "ada@example.com"})
    assert set(mailbox.last("ada@example.com").extra_headers) == {"Message-ID"}


def test_the_last_choice_counts(member: Member, other_member: Member, mailbox: Mailbox) -> None:
    say(member, other_member)
    NoticeChoice.objects.create(member=member, kind="tests.needed", mail=False)
    Member.objects.filter(pk=other_member.pk).update(is_active=False)
    write_notices.call()
    assert mailbox.outbox == []
    assert not NoticeMail.objects.exists()
    assert not Notice.objects.exclude(mailed_at=None).exists()


def test_many_are_written_in_batches_and_the_statements_do_not_grow(member: Member, settings: Any) -> None:
    settings.TASKS = QUEUE
    settings.MAILERS = smtp(1)

    def statements(number: int) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert notice_mail.write_due(number) == number
        return sum("django_tasks" not in query["sql"] for query in caught.captured_queries)

    say(member, number=250)
    few = statements(1)
    assert statements(100) == few <= 9
    assert (NoticeMail.objects.count(), Letter.objects.count()) == (149, 101)
    write_notices.call()
    assert (NoticeMail.objects.count(), Letter.objects.count()) == (0, 250)
    assert DBTaskResult.objects.count() == 250


def test_one_run_writes_a_bounded_number(member: Member, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TASKS = QUEUE
    settings.MAILERS = smtp(1)
    monkeypatch.setattr(notice_mail, "BATCHES", 2)
    say(member, number=250)
    assert write_notices.call() == 200
    assert write_notices.call() == 50


class DeadlyQueue(DatabaseBackend):
    """A queue at which the worker dies before it can take anything."""

    def enqueue(self, *args: Any, **kwargs: Any) -> Any:
        raise KeyboardInterrupt


def test_a_worker_that_dies_before_sending_loses_no_letter_and_writes_none_twice(member: Member, settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "tests.members.test_notice_mail.DeadlyQueue"}}
    settings.MAILERS = smtp(1)
    say(member, number=3)
    with pytest.raises(KeyboardInterrupt):
        write_notices.call()
    assert (Letter.objects.count(), DBTaskResult.objects.count()) == (3, 0)
    settings.TASKS = QUEUE
    write_notices.call()
    deliver_what_was_left.call()
    assert (Letter.objects.count(), DBTaskResult.objects.count()) == (3, 3)


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_share_what_is_due(member: Member, mailbox: Mailbox) -> None:
    say(member, number=60)
    assert sum(at_once(lambda number: notice_mail.write_due(10), 12, threads=6)) == 60
    assert len(mailbox.to("ada@example.com")) == Letter.objects.count() == 60


def test_a_notice_has_one_letter(member: Member) -> None:
    (notice,) = say(member)
    for number in range(2):
        Letter.objects.bulk_create(
            [Letter(to="a@example.com", message_id=f"{number}", notice=notice)], ignore_conflicts=True
        )
    assert Letter.objects.count() == 1


def test_a_mail_server_that_is_dead_for_days_loses_nothing_and_nothing_comes_twice(
    member: Member, settings: Any
) -> None:
    settings.TASKS = QUEUE
    settings.MAILERS = smtp(1)
    (notice,) = say(member)
    write_notices.call()
    letter = Letter.objects.get()
    start = moment = clock.now()
    attempts = 0
    while moment < start + timedelta(days=2):
        with clock.at(moment):
            deliver.call(letter.pk)
            clear_away.call()
        letter.refresh_from_db()
        moment, attempts = max(letter.due_at, moment + timedelta(hours=1)), attempts + 1
    assert (letter.attempts, letter.sent_at) == (attempts, None)
    assert attempts > 12
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    mail.outbox = []
    with clock.at(moment):
        deliver.call(letter.pk)
        deliver.call(letter.pk)
    assert len(mail.outbox) == 1
    notice.refresh_from_db()
    assert notice.mailed_at == moment


def test_the_notice_keeps_when_it_went_out_after_the_letter_is_cleared_away(member: Member, mailbox: Mailbox) -> None:
    (notice,) = say(member)
    write_notices.call()
    with clock.at(clock.now() + timedelta(days=2)):
        clear_away.call()
    assert not Letter.objects.exists()
    notice.refresh_from_db()
    assert notice.mailed_at is not None
    write_notices.call()
    assert len(mailbox.outbox) == 1


class NobodyThere(BaseEmailBackend):
    """A mail server that knows no such address."""

    code = 550

    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPRecipientsRefused({"ada@example.com": (self.code, b"no")})


class Greylisting(NobodyThere):
    """A mail server that wants to be asked again."""

    code = 451


@pytest.mark.parametrize(("backend", "left"), [("NobodyThere", 0), ("Greylisting", 1)])
def test_an_address_that_is_nobodys_is_given_up(member: Member, settings: Any, backend: str, left: int) -> None:
    settings.TASKS = QUEUE
    settings.MAILERS = {"default": {"BACKEND": f"tests.members.test_notice_mail.{backend}"}}
    say(member)
    write_notices.call()
    deliver.call(Letter.objects.get().pk)
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert Letter.objects.due().count() == left
    assert Notice.objects.get().mailed_at is None


def test_codes_overtake_notices(member: Member, settings: Any, client: Any) -> None:
    settings.TASKS = QUEUE
    settings.MAILERS = smtp(1)
    say(member, number=3)
    write_notices.call()
    client.post("/accounts/login/", {"email": "grace@example.com"})
    first = DBTaskResult.objects.ready().first()
    assert first is not None
    assert Letter.objects.get(pk=first.args_kwargs["args"][0]).to == "grace@example.com"
    DBTaskResult.objects.all().delete()
    with clock.at(clock.now() + timedelta(minutes=1)):
        deliver_what_was_left.call()
    first = DBTaskResult.objects.ready().first()
    assert first is not None
    assert Letter.objects.get(pk=first.args_kwargs["args"][0]).to == "grace@example.com"
