"""Whoever signs up by the door joins: allauth says so inside the transaction that creates the member."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.signals import user_signed_up
from django.dispatch import receiver

from core.activities.joining import welcome
from core.members.models import Member


@receiver(user_signed_up)
def joined(user: Member, carried: Mapping[str, str] | None = None, **_more: Any) -> None:
    """Welcome the newcomer with what they carried."""
    welcome(user, carried)
