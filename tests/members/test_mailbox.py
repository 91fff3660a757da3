"""The mailbox of development."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from core.environment import mailer
from core.members import mailbox
from core.members.mailbox import MailboxBackend

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_mails(settings: Any, tmp_path: Path) -> list[mailbox.Mail]:
    """Two mails in the mailbox of a site in development."""
    settings.DEBUG = True
    settings.VAR_DIR = tmp_path
    settings.MAILERS = {"default": {"BACKEND": "core.members.mailbox.MailboxBackend"}}
    for number in (1, 2):
        mail = EmailMultiAlternatives(f"Mail {number} ğüş", f"Text {number}\n<b>", to=["ada@example.com"])
        mail.attach_alternative(f"<p style='color:red'>Page {number}</p><script>alert(1)</script>", "text/html")
        mail.send()
    return mailbox.mails()


def test_every_mail_is_there_newest_first(two_mails: list[mailbox.Mail], client: Client) -> None:
    assert [mail.subject for mail in two_mails] == ["Mail 2 ğüş", "Mail 1 ğüş"]
    page = client.get("/dev/mailbox/").content.decode()
    assert page.index("Mail 2 ğüş") < page.index("Mail 1 ğüş")
    assert "ada@example.com" in page


def test_a_mail_shows_its_text_and_frames_its_page(two_mails: list[mailbox.Mail], client: Client) -> None:
    path = f"/dev/mailbox/{two_mails[0].name}/"
    page = client.get(path).content.decode()
    assert "Text 2\n&lt;b&gt;" in page
    assert "<script>alert" not in page
    assert f'sandbox title="Mail 2 ğüş" src="{path}html/"' in page
    framed = client.get(f"{path}html/")
    assert "Page 2" in framed.content.decode()
    policy = framed["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert framed["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "1764000000000000000-abcdefgh", "x"])
def test_a_mail_that_is_not_there_is_404(two_mails: list[mailbox.Mail], client: Client, name: str) -> None:
    assert client.get(f"/dev/mailbox/{name}/x/").status_code == 404
    assert client.get(f"/dev/mailbox/{name}/html/").status_code == 404


def test_there_is_no_mailbox_outside_development(two_mails: list[mailbox.Mail], client: Client, settings: Any) -> None:
    settings.DEBUG = False
    name = two_mails[0].name
    for path in ("/dev/mailbox/", f"/dev/mailbox/{name}/", f"/dev/mailbox/{name}/html/"):
        assert client.get(path).status_code == 404


def test_the_mailbox_is_only_read(two_mails: list[mailbox.Mail], client: Client) -> None:
    assert client.post("/dev/mailbox/").status_code == 405


def test_an_empty_mailbox_says_so(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.DEBUG = True
    settings.VAR_DIR = tmp_path
    assert "No mail yet" in client.get("/dev/mailbox/").content.decode()


def test_the_newest_mails_are_found_among_many(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    backend = MailboxBackend(alias="default")
    backend.send_messages([EmailMultiAlternatives(f"Mail {n}", "", to=["ada@example.com"]) for n in range(12)])
    assert [mail.subject for mail in mailbox.mails(limit=2)] == ["Mail 11", "Mail 10"]


def test_mail_as_files_has_the_code_alone_on_a_line(settings: Any, tmp_path: Path, client: Client) -> None:
    settings.MAILERS = {"default": mailer(f"filemail:///{tmp_path}")}
    client.post("/accounts/login/", {"email": "ada@example.com"})
    (written,) = tmp_path.iterdir()
    assert [line for line in written.read_text().splitlines() if line.isdigit() and len(line) == 6]
