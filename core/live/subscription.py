"""The one Redis subscription of a process, which tells its hub what other processes have committed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

import redis.asyncio
from django.conf import settings

from core.live.messages import Message
from core.live.outbox import channel, unpacked

if TYPE_CHECKING:
    from core.live.hub import Hub

log = logging.getLogger(__name__)

QUIET = 5.0  # seconds of silence after which Redis is asked whether it is still there
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0


async def follow(hub: Hub, post: Callable[[Message], None]) -> None:
    """Give every change from Redis to `post`, for as long as its event loop runs; a lost connection is made anew."""
    pause, lost = FIRST_PAUSE, False
    while True:
        try:
            client = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=QUIET)
            async with client, client.pubsub() as subscription:
                await subscription.subscribe(channel())
                if lost:
                    log.info("Following Redis again.")
                    hub.missed()
                pause, lost = FIRST_PAUSE, False
                await _listen(post, subscription)
        except (redis.RedisError, OSError, TimeoutError) as error:
            if not lost:
                log.warning("Live updates from other processes wait for Redis: %s", error)
            lost = True
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


async def _listen(post: Callable[[Message], None], subscription: redis.asyncio.client.PubSub) -> None:
    """Read until the connection is lost or Redis has not answered for two spans of quiet."""
    asked = False
    while True:
        received = await subscription.get_message(timeout=QUIET)
        if received is None:
            if asked:
                raise TimeoutError("no answer")
            await asyncio.wait_for(subscription.ping(), QUIET)
            asked = True
            continue
        asked = False
        if received["type"] == "message":
            try:
                for message in unpacked(received["data"]):
                    post(message)
            except (ValueError, KeyError, TypeError):
                log.warning("Something else than a live update came by Redis; it is left alone.")
