"""The reference of the fan-out: sockets that follow a group of channels_redis' RedisPubSubChannelLayer, and no more."""

from __future__ import annotations

import asyncio
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter

GROUP = "all"
_loops: list[asyncio.AbstractEventLoop] = []


class Follower(AsyncWebsocketConsumer):
    """Passes on what the group is told."""

    groups = [GROUP]

    async def show(self, event: dict[str, Any]) -> None:
        """One frame for the client."""
        await self.send(text_data=event["text"])


application = ProtocolTypeRouter({"websocket": Follower.as_asgi()})


def tell(texts: list[str]) -> None:
    """Send these to the group from this process, on a connection that it keeps."""
    if not _loops:
        _loops.append(asyncio.new_event_loop())
    _loops[0].run_until_complete(_tell(texts))


async def _tell(texts: list[str]) -> None:
    layer = get_channel_layer()
    for text in texts:
        await layer.group_send(GROUP, {"type": "show", "text": text})
