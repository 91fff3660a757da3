"""What a visitor carries through signing up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.signals import user_signed_up
from django.http import HttpRequest
from django.test import Client

from core.members import carrying
from core.members.models import Member, SignIn
from tests.mailbox import Mailbox
from tests.members.conftest import SignIn as Door

pytestmark = pytest.mark.django_db


def token_of(request: HttpRequest) -> str | None:
    return request.POST.get("stamp") or request.GET.get("stamp")


@pytest.fixture(autouse=True)
def a_stamp_and_a_cookie() -> Iterator[None]:
    """An app above that wants two things carried, one of them to other devices."""
    kept, links = dict(carrying._carried), list(carrying._mail_links)
    carrying._carried.clear()
    carrying._mail_links.clear()
    carrying.carry("stamp", token_of, field="stamp")
    carrying.carry("crumb", lambda request: request.COOKIES.get("crumb"))
    carrying.mail_link(lambda carried: f"/accounts/login/?stamp={carried['stamp']}" if "stamp" in carried else None)
    yield
    carrying._carried.clear()
    carrying._mail_links.clear()
    carrying._carried.update(kept)
    carrying._mail_links.extend(links)


@pytest.fixture
def handed_over() -> Iterator[list[dict[str, str]]]:
    """What came along with each new member."""
    came: list[dict[str, str]] = []

    def listen(request: HttpRequest, user: Member, carried: dict[str, str], **_signal: Any) -> None:
        assert request.carried == carried  # type: ignore[attr-defined]
        came.append(carried)

    user_signed_up.connect(listen)
    yield came
    user_signed_up.disconnect(listen)


def test_what_is_carried_comes_with_the_new_member_and_with_nobody_else(
    client: Client, sign_in: Door, handed_over: list[dict[str, str]]
) -> None:
    client.cookies["crumb"] = "c1"
    sign_in("ada@example.com", client, stamp="s1")
    assert handed_over == [{"stamp": "s1", "crumb": "c1"}]
    sign_in("ada@example.com", stamp="s2")
    assert handed_over == [{"stamp": "s1", "crumb": "c1"}]


def test_a_token_in_the_address_lives_on_in_the_form(client: Client) -> None:
    hidden = '<input type="hidden" name="stamp" value="s&quot;1">'
    assert hidden in client.get("/accounts/login/", {"stamp": 's"1'}).content.decode()
    assert 'name="stamp"' not in client.get("/accounts/login/").content.decode()
    again = client.post("/accounts/login/", {"email": "no address", "stamp": 's"1'})
    assert hidden in again.content.decode()


def test_the_mails_link_carries_the_token_to_another_device(
    client: Client, sign_in: Door, mailbox: Mailbox, settings: Any, handed_over: list[dict[str, str]]
) -> None:
    client.post("/accounts/login/", {"email": "ada@example.com", "stamp": "s1"})
    link = mailbox.link("ada@example.com", "stamp=")
    assert link == f"{settings.BASE_URL}/accounts/login/?stamp=s1"
    assert link in mailbox.last("ada@example.com").alternatives[0].content
    phone = Client()
    assert 'name="stamp" value="s1"' in phone.get(link.removeprefix(settings.BASE_URL)).content.decode()
    sign_in("ada@example.com", phone, stamp="s1")
    assert handed_over == [{"stamp": "s1"}]


def test_the_mail_of_someone_who_carries_nothing_has_no_such_link(client: Client, mailbox: Mailbox) -> None:
    client.post("/accounts/login/", {"email": "ada@example.com"})
    assert "stamp" not in mailbox.last("ada@example.com").body


@pytest.mark.parametrize("value", ["x" * 501, "a\x00b", "a\nb", "\u202eabc"])
def test_what_cannot_be_kept_is_left_behind(client: Client, value: str) -> None:
    assert client.post("/accounts/login/", {"email": "ada@example.com", "stamp": value}).status_code == 303
    assert SignIn.objects.get().carried == {}


def test_when_joining_fails_nobody_has_joined_and_the_code_is_still_good(client: Client, mailbox: Mailbox) -> None:
    def fail(**_signal: Any) -> None:
        raise RuntimeError("the books are closed")

    client.post("/accounts/login/", {"email": "ada@example.com"})
    code = mailbox.code("ada@example.com")
    user_signed_up.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            client.post("/accounts/code/", {"code": code})
    finally:
        user_signed_up.disconnect(fail)
    assert not Member.objects.exists()
    assert client.post("/accounts/code/", {"code": code}).status_code == 302
