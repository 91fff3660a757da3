"""What every page tells the browser it may do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from core.members.models import Member


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/nothing-here/"])
def test_a_members_page_may_load_only_our_own(client: Client, path: str) -> None:
    answer = client.get(path)
    policy = answer["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.django_db
def test_a_nonce_is_for_one_answer(client: Client) -> None:
    policies = {client.get("/")["Content-Security-Policy"] for _visit in range(2)}

    assert len(policies) == 2
    assert all("'nonce-" in policy for policy in policies)


@pytest.mark.django_db
def test_the_admin_has_a_policy_of_its_own(client_of: Callable[[Member], Client], staff: Member) -> None:
    policy = client_of(staff).get("/admin/", follow=True)["Content-Security-Policy"]

    assert "script-src 'self' 'unsafe-inline' 'unsafe-eval'" in policy
    assert "default-src 'self'" in policy


@pytest.mark.django_db
def test_a_visit_to_a_site_on_https_is_sent_there_and_kept_there(client: Client, settings: object) -> None:
    settings.SECURE_SSL_REDIRECT = True  # type: ignore[attr-defined]
    settings.SECURE_HSTS_SECONDS = 60  # type: ignore[attr-defined]

    plain = client.get("/")
    safe = client.get("/", secure=True)

    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/")
    assert safe["Strict-Transport-Security"] == "max-age=60"
    assert client.get("/healthz").status_code == 200
