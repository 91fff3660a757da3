"""Carries committed changes to the hubs: the one of this process at once, those of other processes through Redis."""

from __future__ import annotations

from django.conf import settings

from core.live import hub
from core.live.messages import Message
from core.live.outbox import Outbox

outbox = Outbox()


def send(message: Message) -> None:
    """Hand a committed change over; it takes microseconds and never fails, whatever the state of Redis."""
    hub.post(message)
    if settings.REDIS_URL:
        outbox.put(message)
