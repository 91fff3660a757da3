"""Who looks at a link: people or programs; and a name for a visitor from which nobody can be found again."""

from __future__ import annotations

import hmac
import ipaddress
from datetime import date, datetime, timedelta
from functools import lru_cache

import crawleruseragents
from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

# Chat apps that look at a link to show a preview name themselves; what the list of crawlers may not know yet.
PREVIEWS = (
    "whatsapp/",
    "telegrambot",
    "facebookexternalhit",
    "facebot",
    "twitterbot",
    "slackbot",
    "slack-imgproxy",
    "discordbot",
    "skypeuripreview",
    "linkedinbot",
    "viber",
    "signal-desktop",
    "bitlybot",
    "mastodon",
    "pinterest",
    "snapchat",
    "bot/",
    "crawler",
    "spider",
    "preview",
)
LONGEST = 512


def is_opened(request: HttpRequest) -> bool:
    """Whether the page itself is asked for, now: not by a HEAD, and not ahead of time."""
    purpose = f"{request.headers.get('Sec-Purpose', '')} {request.headers.get('Purpose', '')}".lower()
    return request.method == "GET" and "prefetch" not in purpose and "preview" not in purpose


def is_person(request: HttpRequest) -> bool:
    """Whether a browser shows the page to somebody: not a preview, a crawler, a prefetch or a HEAD."""
    agent = request.headers.get("User-Agent", "")[:LONGEST]
    return is_opened(request) and bool(agent) and not is_program(agent)


@lru_cache(maxsize=4096)
def is_program(agent: str) -> bool:
    """Whether a user agent names a crawler or a chat app's preview.

    A browser without a window is a browser: whatever crawls with one and minds its manners says who it is besides.
    """
    agent = agent.replace("HeadlessChrome", "Chrome")
    return any(mark in agent.lower() for mark in PREVIEWS) or crawleruseragents.is_crawler(agent)


def network(address: str) -> str:
    """The network that an address is in: itself for IPv4, its /64 for IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)


def named(request: HttpRequest, now: datetime) -> tuple[str, str]:
    """The visitor's name under today's key and under the key of an hour ago.

    The key changes with the day, so the name leads to nobody; the second name bridges midnight.
    """
    who = f"{network(request.META.get('REMOTE_ADDR', ''))}|{request.headers.get('User-Agent', '')[:LONGEST]}"
    return _hashed(who, now), _hashed(who, now - timedelta(hours=1))


def network_named(request: HttpRequest, now: datetime) -> str:
    """The network's name under today's key."""
    return _hashed(network(request.META.get("REMOTE_ADDR", "")), now)


def _hashed(who: str, moment: datetime) -> str:
    keyed = _keyed(moment.date(), settings.SECRET_KEY).copy()
    keyed.update(who.encode())
    return keyed.hexdigest()[:32]


@lru_cache(maxsize=2)
def _keyed(day: date, secret: str) -> hmac.HMAC:
    """The hash of a day, to which only the text is to be added."""
    return salted_hmac(f"referrals.visitors.{day:%Y-%m-%d}", "", secret=secret, algorithm="sha256")
