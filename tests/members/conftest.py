"""People who sign in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.mailbox import Mailbox

SignIn = Callable[..., Client]


@pytest.fixture
def sign_in(db: None, mailbox: Mailbox) -> SignIn:
    """Go in through the door: `sign_in("ada@example.com", client=None, **posted)` returns the signed-in browser."""

    def through_the_door(email: str, client: Client | None = None, **posted: str) -> Client:
        client = client or Client()
        assert client.post("/accounts/login/", {"email": email, **posted}).status_code == 303
        assert client.post("/accounts/code/", {"code": mailbox.code(email)}).status_code == 302
        return client

    return through_the_door
