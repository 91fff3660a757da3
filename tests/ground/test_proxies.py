"""Who asks, when proxies stand between."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from core.environment import networks
from core.web.proxies import TrustedProxiesMiddleware, client

OURS = networks("10.0.0.0/8, 192.0.2.7, fd00::/8")

CASES = {
    "a stranger is believed nothing": ("203.0.113.5", "198.51.100.1", "203.0.113.5"),
    "our proxy names who asked": ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
    "what the asker wrote stands left and counts nothing": ("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
    "two proxies of ours": ("10.0.0.1", "1.1.1.1, 198.51.100.1, 192.0.2.7", "198.51.100.1"),
    "a proxy that is not ours is the one who asks": ("10.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
    "all are ours": ("10.0.0.1", "10.0.0.2, 10.0.0.3", "10.0.0.2"),
    "no header": ("10.0.0.1", "", "10.0.0.1"),
    "garbage ends the search": ("10.0.0.1", "198.51.100.1, <script>", "10.0.0.1"),
    "garbage behind a good entry is not reached": ("10.0.0.1", "x, 198.51.100.1", "198.51.100.1"),
    "a port is cut off": ("10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
    "IPv6 with a port": ("fd00::1", "[2001:db8::1]:4711", "2001:db8::1"),
    "an IPv4 address in IPv6 form": ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
    "no peer, as on a socket file": ("", "198.51.100.1", ""),
}


@pytest.mark.parametrize(("peer", "forwarded", "expected"), list(CASES.values()), ids=list(CASES))
def test_the_one_who_asks_is_the_first_from_the_right_that_is_not_ours(
    peer: str, forwarded: str, expected: str
) -> None:
    assert client(peer, forwarded, OURS) == expected


def seen(settings: object, trusted: str, **headers: str) -> tuple[str, str, bool]:
    """The address, the scheme and whether the forwarding headers are still there, as a view sees them."""
    settings.TRUSTED_PROXIES = networks(trusted)  # type: ignore[attr-defined]
    found: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        found.append(request)
        return HttpResponse()

    TrustedProxiesMiddleware(view)(RequestFactory().get("/", headers=headers))
    request = found[0]
    return request.META["REMOTE_ADDR"], str(request.scheme), "HTTP_X_FORWARDED_FOR" in request.META


def test_a_page_sees_the_client_and_the_scheme_that_our_proxy_tells(settings: object) -> None:
    headers = {"x-forwarded-for": "6.6.6.6, 198.51.100.1", "x-forwarded-proto": "https"}

    assert seen(settings, "127.0.0.1", **headers) == ("198.51.100.1", "https", False)


def test_a_page_sees_nothing_of_what_a_stranger_tells(settings: object) -> None:
    headers = {"x-forwarded-for": "198.51.100.1", "x-forwarded-proto": "https"}

    assert seen(settings, "10.0.0.0/8", **headers) == ("127.0.0.1", "http", False)
