"""The signed trail of clicks that a visitor carries in a cookie and in the form, until the window is over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from referrals.codes import normalised
from referrals.terms import FIRST, Terms

COOKIE = "invite"
FIELD = "referral_token"
SALT = "referrals.trail"
LONGEST = 8
AGAIN = timedelta(hours=1)
EPOCH = datetime.fromtimestamp(0, UTC)
_MOST_CHARACTERS = 1000


@dataclass(frozen=True, slots=True)
class Step:
    """A click on the link with `code`, at a whole millisecond."""

    code: str
    at: datetime


Trail = tuple[Step, ...]


def sign(trail: Trail) -> str:
    """The trail as text that only this site can have written."""
    steps = [[step.code, round(step.at.timestamp() * 1000)] for step in trail]
    # One click is not made shorter, and trying costs more than signing.
    return signing.dumps(steps, salt=SALT, compress=len(steps) > 1)


def read(text: object) -> Trail:
    """The trail in `text`; empty for anything that this site did not sign."""
    if not isinstance(text, str) or not text or len(text) > _MOST_CHARACTERS:
        return ()
    try:
        steps = signing.loads(text, salt=SALT)
        return tuple(
            Step(code, EPOCH + timedelta(milliseconds=at))
            for code, at in steps
            if isinstance(code, str) and code and normalised(code) == code
        )
    except (signing.BadSignature, TypeError, ValueError, OverflowError, OSError):
        return ()


def followed(trail: Trail, code: str, now: datetime, terms: Terms) -> Trail:
    """The trail with one click more, without what the window has left behind.

    The same link again within the hour is the same click. Of a trail that grows too long the first and the latest
    clicks are kept, which are the ones that can count.
    """
    kept = within(trail, now, terms)
    if kept and kept[-1].code == code and now - kept[-1].at < AGAIN:
        return kept
    steps = (*kept, Step(code, now.replace(microsecond=now.microsecond // 1000 * 1000)))
    return steps if len(steps) <= LONGEST else (steps[0], *steps[1 - LONGEST :])


def within(trail: Iterable[Step], now: datetime, terms: Terms) -> Trail:
    """The clicks of the trail that the attribution window still holds at `now`, oldest first."""
    begins = terms.window_begins(now) - timedelta(milliseconds=1)
    latest = now + timedelta(minutes=5)  # another machine's clock may be a little ahead
    kept = dict.fromkeys(step for step in trail if begins <= step.at <= latest)
    return tuple(sorted(kept, key=lambda step: step.at))


def by_rule(trail: Trail, terms: Terms) -> Trail:
    """The clicks in the order in which they are tried: the first that is valid counts."""
    return trail if terms.attribution == FIRST else trail[::-1]


def of_request(request: HttpRequest) -> Trail:
    """The trail in the visitor's cookie."""
    return read(request.COOKIES.get(COOKIE))


def leave(response: HttpResponse, signed: str, terms: Terms) -> None:
    """Let the visitor carry a `signed` trail, for as long as its last click can count."""
    response.set_cookie(
        COOKIE,
        signed,
        max_age=terms.window_days * 24 * 60 * 60,
        httponly=True,
        samesite="Lax",
        secure=settings.BASE_URL.startswith("https://"),
        path="/",
    )
