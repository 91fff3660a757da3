"""Passkeys, with a real browser and the authenticator that it can play."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from core.members.models import Member
from tests.mailbox import Mailbox
from tests.members.conftest import SignIn as Door
from tests.site import LiveSite

Browser = Callable[[Member], Client]
GARBAGE = ["", "{}", "[]", "null", "7", "not json", '{"id": "x", "response": {}}', '"\\u0000"', "[" * 5000]


def authenticator(page: Any) -> None:
    """Give the browser a device that always says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_member_adds_a_passkey_and_comes_back_with_it_alone(
    live_site: LiveSite, new_context: Callable[..., Any], mailbox: Mailbox, settings: Any
) -> None:
    # A passkey belongs to a name; an address of numbers has none.
    site = f"http://localhost:{live_site.port}"
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    page = new_context().new_page()
    # The socket belongs to the address that the site was started with.
    page.route_web_socket(re.compile("/ws/live/"), lambda socket: None)
    authenticator(page)
    page.goto(f"{site}/accounts/login/")
    page.get_by_label("Your e-mail").fill("ada@example.com")
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code").fill(mailbox.code("ada@example.com"))
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{site}/")

    page.goto(f"{site}/me/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("What do you call this device?").fill("My phone")
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url(f"{site}/me/")
    assert page.get_by_text("My phone").first.is_visible()
    assert [key.type for key in Authenticator.objects.all()] == [Authenticator.Type.WEBAUTHN]

    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{site}/")
    page.goto(f"{site}/accounts/login/?next=/me/")
    page.get_by_role("button", name="Come in with a passkey").click()
    page.wait_for_url(f"{site}/me/")
    assert page.get_by_text("ada@example.com").first.is_visible()

    page.get_by_role("link", name="Remove My phone").click()
    page.get_by_role("button", name="Remove").click()
    page.wait_for_url(f"{site}/me/")
    assert not Authenticator.objects.exists()


@pytest.mark.django_db
def test_an_old_session_signs_in_again_before_it_changes_passkeys(member: Member, client_of: Browser) -> None:
    assert client_of(member).get("/accounts/passkeys/add/")["Location"] == "/me/"


@pytest.mark.django_db
def test_anothers_passkey_is_404(member: Member, other_member: Member, sign_in: Door) -> None:
    key = Authenticator.objects.create(user=member, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone"})
    client = sign_in(other_member.email)
    assert client.get(f"/accounts/passkeys/{key.pk}/remove/").status_code == 404
    assert client.post(f"/accounts/passkeys/{key.pk}/remove/").status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("credential", GARBAGE)
def test_a_forged_passkey_opens_nothing(credential: str, client: Client) -> None:
    client.get("/accounts/passkeys/sign-in/", headers={"accept": "application/json"})
    answer = client.post("/accounts/passkeys/sign-in/", {"credential": credential})
    assert answer.status_code in (200, 302, 422)
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/reauthenticate/",
    ],
)
def test_the_pages_of_the_second_factor_are_for_staff(path: str, member: Member, client_of: Browser) -> None:
    assert client_of(member).get(path).status_code == 404
    assert Client().get(path)["Location"] == f"/accounts/login/?next={path}"


@pytest.mark.django_db
@pytest.mark.parametrize("credential", GARBAGE)
def test_a_forged_passkey_is_not_added(credential: str, member: Member, sign_in: Door) -> None:
    client = sign_in(member.email)
    assert client.get("/accounts/passkeys/add/").status_code == 200
    answer = client.post("/accounts/passkeys/add/", {"name": "x", "credential": credential})
    assert answer.status_code == 200
    assert not Authenticator.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("credential", GARBAGE)
def test_a_forged_passkey_is_no_second_factor(credential: str, staff: Member, client: Client, mailbox: Mailbox) -> None:
    TOTP.activate(staff, generate_totp_secret())
    client.post("/accounts/login/", {"email": staff.email})
    client.post("/accounts/code/", {"code": mailbox.code(staff.email)})
    answer = client.post("/accounts/2fa/authenticate/", {"credential": credential})
    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session
