"""Keeps codes from being tried out: who opens too many links that lead nowhere has to wait."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest

from core import clock
from referrals.visitors import network_named

MISSES = 20
SECONDS = 600


def is_shut(request: HttpRequest) -> bool:
    """Whether this network opened more than 20 unknown links within ten minutes."""
    return (cache.get(_key(request)) or 0) > MISSES


def missed(request: HttpRequest) -> None:
    """Count one link that led nowhere."""
    key = _key(request)
    if cache.add(key, 1, SECONDS):
        return
    try:
        cache.incr(key)
    except ValueError:  # it ended between the two calls
        cache.set(key, 1, SECONDS)


def _key(request: HttpRequest) -> str:
    return f"referrals.missed.{network_named(request, clock.now())}"
