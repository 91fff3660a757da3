"""Inviters, friends and a shop, for the tests of invitations."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from core import audit
from core.activities.happening import Happening, Outcome
from core.activities.joining import welcome
from core.activities.models import Source
from core.activities.recording import record
from core.ledger.models import Wallet
from core.members.models import Member
from referrals import changing
from referrals.models import Code, Referral
from referrals.terms import Terms

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
_numbers = itertools.count(1)


def agree(**settings: Any) -> Terms:
    """Put terms in force: 500 for the inviter and 250 for the friend for an order of 20.00, unless said otherwise."""
    terms = Terms(**{"referrer_points": 500, "friend_points": 250, "minimum": 2000, **settings})
    changing.put(terms)
    return terms


def join(email: str, at: datetime = NOON, *, alias: str = "", **carried: str) -> Member:
    """Somebody joins at `at` with what they carry."""
    member = Member.objects.create_user(email, joined_at=at, alias=alias)
    welcome(member, carried)
    return member


def code_of(member: Member) -> str:
    return Code.objects.get(member=member).code


def invited(inviter: Member, email: str, at: datetime = NOON) -> Member:
    """A friend who joins by typing the inviter's code."""
    return join(email, at, referral_code=code_of(inviter))


def happening(type: str, email: str, *, at: datetime, reference: str = "", amount: int | None = None) -> Happening:
    shop, _created = Source.objects.get_or_create(slug="shop")
    return Happening(shop.pk, f"evt-{next(_numbers)}", type, at, email=email, reference=reference, amount=amount)


def paid(friend: Member, reference: str, amount: int = 2000, *, days: float = 1) -> Happening:
    """An order of `amount` hundredths, `days` after noon."""
    at = NOON + timedelta(days=days)
    return happening("order.paid", friend.email, at=at, reference=reference, amount=amount)


def refunded(reference: str, amount: int | None = None, *, days: float = 2) -> Happening:
    return happening("order.refunded", "", at=NOON + timedelta(days=days), reference=reference, amount=amount)


def send(*happenings: Happening) -> list[Outcome]:
    """Tell the site of these events in one batch; none of them may be refused."""
    outcomes = record(happenings)
    assert not any(outcome.errors for outcome in outcomes)
    return outcomes


def order(friend: Member, reference: str = "order-1", amount: int = 2000, *, days: float = 1) -> None:
    send(paid(friend, reference, amount, days=days))


def refund(reference: str = "order-1", amount: int | None = None, *, days: float = 2) -> None:
    send(refunded(reference, amount, days=days))


def points(member: Member) -> int:
    """What the member can spend."""
    return Wallet.of(member.pk).available


def referral_of(friend: Member) -> Referral:
    return Referral.objects.get(friend=friend)


def offences() -> list[str]:
    """What breaks a law of the books."""
    return [sentence for law in audit.laws() for sentence in law.check()]
