"""The one consumer: a member's own page, which is told what changes and has nothing to say."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from core.live import hub
from core.live.codes import TOO_BIG, TOO_MANY

LARGEST = 4096  # bytes of a client's message
MESSAGES_A_SECOND = 4


class LiveConsumer(AsyncWebsocketConsumer):
    """Joins the hub on connecting and sends its frames until one side ends it."""

    socket: hub.Socket | None = None
    writer: asyncio.Task[None] | None = None
    heard_since = 0.0
    heard = 0

    async def connect(self) -> None:
        """Accept the member whom the handshake has let in, unless they have too many pages open."""
        self.hub = hub.here()
        visitor = self.scope["visitor"]
        if not self.hub.has_room_for(visitor.member_id):
            await self.close()
            return
        self.socket = hub.Socket(visitor.member_id, visitor.session_key, visitor.language, self.end)
        self.hub.join(self.socket)  # first, so that nothing is missed once the page knows that it is open
        await self.accept()
        self.writer = asyncio.create_task(self._write(self.socket))

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Hear a client's message out, and close the socket if it is too big or one of too many."""
        size = len(bytes_data) if bytes_data is not None else len((text_data or "").encode("utf-8", "surrogatepass"))
        if size > LARGEST:
            await self.end(TOO_BIG)
        now = asyncio.get_running_loop().time()
        if now - self.heard_since >= 1:
            self.heard_since, self.heard = now, 0
        self.heard += 1
        if self.heard > MESSAGES_A_SECOND:
            await self.end(TOO_MANY)

    async def disconnect(self, code: int) -> None:
        """Leave the hub."""
        self._leave()
        self.socket = None

    async def end(self, code: int) -> None:
        """Close the socket from this side; harmless when it is closed already."""
        self._leave()
        if self.socket is not None:
            self.socket = None
            with suppress(OSError, RuntimeError):  # it has gone by itself
                await self.close(code)

    def _leave(self) -> None:
        if self.socket is not None:
            self.hub.leave(self.socket)
        if self.writer is not None:
            self.writer.cancel()
            self.writer = None

    async def _write(self, socket: hub.Socket) -> None:
        with suppress(OSError, RuntimeError):  # the client has gone; its disconnect follows
            while True:
                # As `send` does it, without its layers: this is what thousands of pages wait for.
                await self.base_send({"type": "websocket.send", "text": await socket.frames.get()})

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        """As Channels does it, without its groups: there is no channel layer here."""
        await self.disconnect(message["code"])
        raise StopConsumer
