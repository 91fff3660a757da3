"""A shop and its members."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from core.activities.joining import welcome
from core.ledger.models import Wallet
from core.members.models import Member
from tests.shop import Shop


@pytest.fixture
def shop(db: None) -> Shop:
    """The shop, with its secret."""
    return Shop.opened()


@pytest.fixture
def join(db: None) -> Callable[..., Member]:
    """A person joins as everybody does: `join("ada@example.com")`."""

    def joined(email: str = "ada@example.com", carried: dict[str, str] | None = None) -> Member:
        with transaction.atomic():
            member = Member.objects.create_user(email)
            welcome(member, carried)
        return member

    return joined


@pytest.fixture
def ada(join: Callable[..., Member]) -> Member:
    return join("ada@example.com")


@pytest.fixture
def wallet_of() -> Callable[[Member], Wallet]:
    return lambda member: Wallet.objects.get(pk=member.pk)
