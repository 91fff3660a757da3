"""Programs that use the API: one that may read, one that may write."""

from __future__ import annotations

import pytest
from django.test import Client

from core.api.models import Token


def bearing(name: str, scope: str) -> Client:
    """A client with a token of its own."""
    token = Token(name=name)
    secret = token.renew(scope)
    token.save()
    return Client(headers={"authorization": f"Bearer {secret}"})


@pytest.fixture
def writer(db: None) -> Client:
    """The shop, which may write."""
    return bearing("shop", Token.Scope.WRITE)


@pytest.fixture
def reader(db: None) -> Client:
    """The analysts, who may read."""
    return bearing("analysts", Token.Scope.READ)
