"""Who may open a socket: a signed-in member's own session, from a page of this very site; nobody else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from channels.db import database_sync_to_async
from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.contrib.auth import get_user
from django.http.request import split_domain_port, validate_host
from django.utils import translation

App = Callable[..., Awaitable[None]]
PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True)
class Visitor:
    """The member behind a socket, the session it belongs to, and the language of its page."""

    member_id: int
    session_key: str
    language: str


class OwnOrigin:
    """Refuses a handshake that does not come from a page of this site, or does not say where it comes from."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        app = self.app if _is_own(_headers(scope, b"origin"), _headers(scope, b"host")) else WebsocketDenier()
        await app(scope, receive, send)


class OwnSession:
    """Refuses a handshake without the session of an active member; puts the `Visitor` into the scope."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        visitor = await database_sync_to_async(_visitor)(scope)
        if visitor is None:
            await WebsocketDenier()(scope, receive, send)
        else:
            await self.app({**scope, "visitor": visitor}, receive, send)


def _headers(scope: dict[str, Any], name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def _is_own(origins: list[str], hosts: list[str]) -> bool:
    """Whether the one Origin is that of `BASE_URL`, or of the allowed host that the browser asked by its scheme."""
    if len(origins) != 1 or len(hosts) != 1:
        return False
    origin, own = _place(origins[0]), _place(settings.BASE_URL)
    if origin is None or own is None:
        return False
    domain, _port = split_domain_port(hosts[0])
    asked = _place(f"{own[0]}://{hosts[0]}") if validate_host(domain, settings.ALLOWED_HOSTS) else None
    return origin in (own, asked)


def _place(address: str) -> tuple[str, str, str] | None:
    """Scheme, host and port of an address, as the same-origin policy compares them (RFC 6454)."""
    try:
        parts = urlsplit(address)
        port = str(parts.port or PORTS[parts.scheme])
    except (ValueError, KeyError):
        return None
    return (parts.scheme, parts.hostname.lower(), port) if parts.hostname else None


def _visitor(scope: dict[str, Any]) -> Visitor | None:
    """The member of the session whose cookie came along (two queries), if there is one."""
    cookies = _cookies(scope)
    key = cookies.get(settings.SESSION_COOKIE_NAME, "")
    if not (key and key.isascii() and key.isalnum() and len(key) <= 64):
        return None
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    member: Any = get_user(SimpleNamespace(session=session))  # type: ignore[arg-type]
    if not member.is_authenticated or not member.is_active:
        return None
    return Visitor(member.pk, key, member.language or _language(scope, cookies))


def _cookies(scope: dict[str, Any]) -> dict[str, str]:
    try:
        jar: SimpleCookie = SimpleCookie("; ".join(_headers(scope, b"cookie")))
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}


def _language(scope: dict[str, Any], cookies: dict[str, str]) -> str:
    """The language in which this browser is shown pages."""
    headers = _headers(scope, b"accept-language")
    request = SimpleNamespace(COOKIES=cookies, META={"HTTP_ACCEPT_LANGUAGE": ",".join(headers)}, path_info="/")
    return translation.get_language_from_request(request)  # type: ignore[arg-type]
