"""Ends the sockets of sessions that have ended and of members who were deactivated."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import close_old_connections
from django.utils import timezone

from core.live.codes import GONE

if TYPE_CHECKING:
    from core.live.hub import Hub

EVERY = 5.0  # seconds
CHUNK = 500


async def watch(hub: Hub) -> None:
    """Look after all sockets every few seconds, as long as there are any."""
    while sockets := hub.sockets():
        await asyncio.sleep(EVERY)
        ended = await hub.in_thread(_ended, [(socket.session_key, socket.member_id) for socket in sockets])
        hub.dismiss([socket for socket in sockets if (socket.session_key, socket.member_id) in ended], GONE)


def _ended(looking: list[tuple[str, int]]) -> set[tuple[str, int]]:
    """Those pairs of session key and member id that may no longer look."""
    close_old_connections()
    try:
        sessions = _alive({session for session, _member in looking})
        members = _active({member for _session, member in looking})
    finally:
        close_old_connections()
    return {pair for pair in looking if pair[0] not in sessions or pair[1] not in members}


def _alive(keys: Iterable[str]) -> set[str]:
    # Real time, not the domain's clock: this is about sessions, not about the programme.
    found = Session.objects.filter(expire_date__gt=timezone.now())
    return {key for part in _chunks(keys) for key in found.filter(pk__in=part).values_list("pk", flat=True)}


def _active(members: Iterable[int]) -> set[int]:
    found = get_user_model().objects.filter(is_active=True)
    return {pk for part in _chunks(members) for pk in found.filter(pk__in=part).values_list("pk", flat=True)}


def _chunks[T](things: Iterable[T]) -> Iterable[list[T]]:
    listed = list(things)
    return (listed[start : start + CHUNK] for start in range(0, len(listed), CHUNK))
