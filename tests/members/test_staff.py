"""Staff: who gets in, by which steps, and who appoints them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.management import CommandError, call_command
from django.test import Client

from core.members import closing
from core.members import staff as appointing
from core.members.models import Member, StaffChange
from core.members.roles import Role
from tests.mailbox import Mailbox
from tests.members.conftest import SignIn as Door

pytestmark = pytest.mark.django_db
Browser = Callable[[Member], Client]


@pytest.fixture
def second_factor_required(settings: Any) -> None:
    settings.STAFF_MFA = "required"


def digits(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def manage(*arguments: str) -> int:
    """The exit code of `manage.py staff …`."""
    try:
        call_command("staff", *arguments)
    except SystemExit as end:
        return int(str(end.code))
    return 0


# --- the door --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/admin/", "/admin/members/member/", "/admin/login/", "/admin/nothing/here/"])
def test_a_signed_out_person_signs_in_first_and_comes_back(path: str, client: Client) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=%2Fadmin%2F")


@pytest.mark.parametrize("path", ["/admin/", "/admin/members/member/", "/admin/login/", "/admin/jsi18n/"])
def test_a_member_at_the_admin_is_403(path: str, member: Member, client_of: Browser) -> None:
    assert client_of(member).get(path).status_code == 403


def test_no_password_opens_the_admin(staff: Member, client: Client) -> None:
    staff.set_password("correct horse")
    staff.save()
    answer = client.post("/admin/login/", {"username": staff.email, "password": "correct horse"})
    assert answer["Location"].startswith("/accounts/login/")
    assert client.login(username=staff.email, password="correct horse") is False
    for path in ("/accounts/password/change/", "/accounts/password/reset/", "/accounts/reauthenticate/"):
        assert client.get(path).status_code == 404


def test_staff_get_in_by_a_code_alone_where_the_second_factor_is_optional(
    staff: Member, client: Client, mailbox: Mailbox, settings: Any
) -> None:
    settings.STAFF_MFA = "optional"
    form = client.get(client.get("/admin/")["Location"])
    assert 'name="next" value="/admin/"' in form.content.decode()
    client.post("/accounts/login/", {"email": staff.email, "next": "/admin/"})
    answer = client.post("/accounts/code/", {"code": mailbox.code(staff.email)})
    assert answer["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("second_factor_required")
def test_staff_without_a_second_factor_see_no_admin_page_until_they_have_one(staff: Member, sign_in: Door) -> None:
    client = sign_in(staff.email)
    for path in ("/admin/", "/admin/members/member/", "/admin/jsi18n/"):
        assert client.get(path)["Location"].startswith("/accounts/2fa/totp/activate/?next=%2Fadmin%2F")
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    assert client.post("/accounts/2fa/totp/activate/", {"code": "000000"}).status_code == 200
    assert client.get("/admin/").status_code == 302
    assert client.post("/accounts/2fa/totp/activate/", {"code": digits(secret)}).status_code == 302
    assert client.get("/admin/").status_code == 200


@pytest.fixture
def secret(staff: Member) -> str:
    """The secret of the owner's authenticator app."""
    key = generate_totp_secret()
    TOTP.activate(staff, key)
    return key


@pytest.mark.usefixtures("second_factor_required")
def test_staff_with_a_second_factor_are_asked_for_it_after_the_code(
    staff: Member, secret: str, client: Client, mailbox: Mailbox
) -> None:
    client.post("/accounts/login/", {"email": staff.email, "next": "/admin/"})
    answer = client.post("/accounts/code/", {"code": mailbox.code(staff.email)})
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/admin/")["Location"].startswith("/accounts/login/")
    assert client.get("/accounts/2fa/authenticate/").status_code == 200
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "_auth_user_id" not in client.session
    answer = client.post("/accounts/2fa/authenticate/", {"code": digits(secret)})
    assert answer["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


@pytest.mark.usefixtures("second_factor_required")
def test_a_session_from_before_shows_the_second_factor_now(staff: Member, secret: str, client_of: Browser) -> None:
    client = client_of(staff)
    asked = client.get("/admin/")
    assert asked["Location"].startswith("/accounts/2fa/reauthenticate/?next=%2Fadmin%2F")
    assert client.get(asked["Location"]).status_code == 200
    answer = client.post(asked["Location"], {"code": digits(secret), "next": "/admin/"})
    assert answer["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_the_second_factor_can_be_tried_five_times_in_five_minutes(
    staff: Member, secret: str, sign_in: Door, client: Client, mailbox: Mailbox
) -> None:
    client.post("/accounts/login/", {"email": staff.email})
    client.post("/accounts/code/", {"code": mailbox.code(staff.email)})
    for _ in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    page = client.post("/accounts/2fa/authenticate/", {"code": digits(secret)})
    assert "too often" in page.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_members_passkey_is_no_second_hurdle(member: Member, sign_in: Door) -> None:
    Authenticator.objects.create(user=member, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone"})
    client = sign_in(member.email)
    assert client.session["_auth_user_id"] == str(member.pk)


def test_who_leaves_the_admin_leaves_the_site(staff: Member, client_of: Browser, settings: Any) -> None:
    settings.STAFF_MFA = "optional"
    client = client_of(staff)
    assert client.get("/admin/logout/").status_code == 405
    assert client.post("/admin/logout/")["Location"] == "/"
    assert client.get("/me/").status_code == 302


# --- appointing ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role.values)
def test_the_command_makes_new_people_staff(role: str) -> None:
    assert manage("add", "New@Example.com", "--role", role) == 0
    assert Member.objects.get(email="new@example.com").role == role


def test_the_command_promotes_a_member_and_twice_is_once(member: Member) -> None:
    assert manage("add", "ADA@example.com", "--role", "support") == 0
    assert manage("add", member.email, "--role", "support") == 0
    member.refresh_from_db()
    assert (member.role, member.is_staff, Member.objects.count()) == ("support", True, 1)
    change = StaffChange.objects.get()
    assert (change.who, change.action, change.before, change.after) == (
        "manage.py",
        "appoint",
        {"role": ""},
        {"role": "support"},
    )


@pytest.mark.parametrize("email", ["", "ada", "a\x00@example.com", "x" * 65 + "@example.com"])
def test_what_is_no_address_is_exit_2_and_one_sentence(email: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert manage("add", email, "--role", "owner") == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n"), "Traceback" in err) == ("", 1, False)
    assert not Member.objects.exists()


@pytest.mark.parametrize(
    "arguments", [["add", "ada@example.com"], ["add", "ada@example.com", "--role", "king"], ["add"], []]
)
def test_a_wrong_call_is_refused(arguments: list[str]) -> None:
    with pytest.raises((CommandError, SystemExit)):
        call_command("staff", *arguments)
    assert not Member.objects.exists()


def test_the_last_owner_stays_owner(staff: Member, capsys: pytest.CaptureFixture[str]) -> None:
    assert manage("add", staff.email, "--role", "analyst") == 1
    assert "last owner" in capsys.readouterr().err
    staff.refresh_from_db()
    assert staff.role == "owner"
    manage("add", "second@example.com", "--role", "owner")
    assert manage("add", staff.email, "--role", "analyst") == 0


def test_who_is_dismissed_is_out_of_the_admin_at_once(staff: Member, client_of: Browser, settings: Any) -> None:
    settings.STAFF_MFA = "optional"
    worker = Member.objects.create_user("worker@example.com", role=Role.SUPPORT)
    client = client_of(worker)
    assert client.get("/admin/").status_code == 200
    appointing.dismiss(worker, by=staff)
    assert client.get("/admin/").status_code == 403
    assert StaffChange.objects.get().by == staff


def test_a_closed_account_is_signed_out_everywhere(member: Member, client_of: Browser) -> None:
    client = client_of(member)
    closing.close(member)
    assert client.get("/me/").status_code == 302
    closing.reopen(member)
    assert client.get("/me/").status_code == 200


def test_staff_are_dismissed_before_their_account_is_closed(staff: Member) -> None:
    with pytest.raises(closing.NotThis):
        closing.close(staff)
    staff.refresh_from_db()
    assert staff.is_active
