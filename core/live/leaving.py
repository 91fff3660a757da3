"""Signing out closes the sockets of the session that ends."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from core import live


@receiver(user_logged_out)
def close_sockets(sender: object, request: HttpRequest, user: Any, **kwargs: object) -> None:
    """Close this session's sockets; those of other devices stay."""
    if user is not None and user.is_authenticated and request.session.session_key:
        live.close(user.pk, request.session.session_key)
