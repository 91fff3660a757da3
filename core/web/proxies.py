"""Who asks and by which scheme, believing only the proxies that are ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from core.environment import Network

Address = IPv4Address | IPv6Address


@lru_cache(maxsize=1024)
def parsed(raw: str) -> Address | None:
    """The address in one entry of X-Forwarded-For, which may carry a port; None if it is none."""
    raw = raw.strip()
    if raw.startswith("["):
        raw = raw[1:].partition("]")[0]
    elif raw.count(":") == 1:
        raw = raw.partition(":")[0]
    try:
        address = ip_address(raw)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def trusts(peer: str, trusted: Sequence[Network]) -> bool:
    """Whether `peer` is one of our proxies."""
    address = parsed(peer)
    return address is not None and any(address in network for network in trusted)


def client(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """The address that asked: the first from the right that is not one of our proxies.

    What stands to the left of it was written by the one who asked and says nothing. `peer` is the address that holds
    the connection, `forwarded_for` the header by commas.
    """
    found = peer
    entries = forwarded_for.split(",") if forwarded_for else []
    while entries and trusts(found, trusted):
        address = parsed(entries.pop())
        if address is None:
            break
        found = str(address)
    return found


class TrustedProxiesMiddleware:
    """Puts the true client and scheme where Django looks for them, and hides the headers of strangers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        peer = meta.get("REMOTE_ADDR", "")
        forwarded_for = meta.pop("HTTP_X_FORWARDED_FOR", "")
        scheme = meta.pop("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower()
        if trusts(peer, settings.TRUSTED_PROXIES):
            meta["REMOTE_ADDR"] = client(peer, forwarded_for, settings.TRUSTED_PROXIES)
            if scheme in ("http", "https"):
                meta["wsgi.url_scheme"] = scheme
        return self.get_response(request)
