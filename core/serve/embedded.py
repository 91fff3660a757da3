"""The whole site in one process: one server whose sockets go to Channels and whose pages go to a pool of threads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import wait
from contextlib import suppress
from typing import Any
from wsgiref.types import WSGIApplication

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.db import connections

from core.serve.bodies import CHUNK, Body
from core.web.bodies import limit
from core.web.proxies import client, trusts

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]

# Python runs one thread at a time; more of them only wait for the database together.
THREADS = 8


class Disconnected(Exception):
    """The client went away before its request was complete."""


class Site:
    """Routes sockets to `sockets` and requests to `pages`; a request reaches its thread only when it is complete.

    So a slow client holds a few bytes of memory and no thread.
    """

    def __init__(self, *, pages: WSGIApplication, sockets: Application, threads: int = THREADS) -> None:
        self.pages = WSGIMiddleware(pages, workers=threads)  # type: ignore[arg-type]
        self.sockets = sockets
        self.threads = threads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self.sockets(_seen_through_proxies(scope), receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._page(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name: value for name, value in scope["headers"] if name in (b"content-length", b"transfer-encoding")}
        if not headers:
            await self.pages(scope, receive, send)  # type: ignore[arg-type]
            return
        try:
            body = await _received(receive, limit(scope["path"]))
        except Disconnected:
            return
        with body.file:
            others = [(name, value) for name, value in scope["headers"] if name not in headers]
            known = {**scope, "headers": [*others, (b"content-length", str(body.length).encode())]}
            answer = _last_one(send) if body.is_endless else send
            await self.pages(known, _played_back(body), answer)  # type: ignore[arg-type]

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                await asyncio.to_thread(self.close)
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return

    def close(self) -> None:
        """Close the database connection that each thread keeps, and end the threads."""
        together = threading.Barrier(self.threads, timeout=2)

        def leave() -> None:
            # A thread that is done waits for the others, or it would take their turn too.
            with suppress(threading.BrokenBarrierError):
                together.wait()
            connections.close_all()

        wait([self.pages.executor.submit(leave) for _ in range(self.threads)], timeout=3)
        self.pages.executor.shutdown(wait=False, cancel_futures=True)


async def _received(receive: Receive, most: int) -> Body:
    """Everything the client sends, up to a little more than `most` bytes."""
    body = Body(most)
    more = True
    while more and not body.is_endless:
        message = await receive()
        if message["type"] == "http.disconnect":
            body.file.close()
            raise Disconnected
        body.write(message.get("body", b""))
        more = message.get("more_body", False)
    body.file.seek(0)
    return body


def _played_back(body: Body) -> Receive:
    left = body.length

    async def receive() -> Message:
        nonlocal left
        chunk = body.file.read(CHUNK)
        left -= len(chunk)
        return {"type": "http.request", "body": chunk, "more_body": left > 0}

    return receive


def _last_one(send: Send) -> Send:
    """`send`, after whose answer the connection is closed on a client that does not stop sending."""

    async def closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], (b"connection", b"close")]
        await send(message)

    return closing


def _seen_through_proxies(scope: Scope) -> Scope:
    """`scope` with the true client, by the same rule as for pages."""
    peer = (scope.get("client") or ("", 0))[0]
    if not trusts(peer, settings.TRUSTED_PROXIES):
        return scope
    forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for").decode("latin-1")
    return {**scope, "client": (client(peer, forwarded, settings.TRUSTED_PROXIES), 0)}
