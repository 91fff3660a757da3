"""The site's one WebSocket address, and everything that stands before it."""

from __future__ import annotations

from typing import Any

from channels.routing import URLRouter
from channels.security.websocket import WebsocketDenier
from django.urls import path, re_path

from core.live.consumer import LiveConsumer
from core.live.handshake import OwnOrigin, OwnSession

websocket_urlpatterns = [path("ws/live/", OwnOrigin(OwnSession(LiveConsumer.as_asgi())))]  # type: ignore[arg-type]

_routes = URLRouter([*websocket_urlpatterns, re_path("", WebsocketDenier.as_asgi())])


async def websocket(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The ASGI application for scopes of type "websocket"; any other address than /ws/live/ is refused with 403."""
    await _routes(scope, receive, send)
