"""Booking a seat at a session of an experience."""

from __future__ import annotations

from core.members.models import Member
from core.web.refused import Refused
from rewards import redeeming
from rewards.models import Redemption, Session


def refusal_for(session: Session, member: Member) -> Refused | None:
    """Why this member cannot book this session now; None when only points decide."""
    return redeeming.refusal_for(session.reward, member, session)


def book(session: Session, *, member: Member, key: str | None = None) -> Redemption:
    """Book one seat for the member and return the redemption; the same `key` again returns the same booking.

    Never oversold, and a member never holds more than the reward allows, however many ask at the same moment. Raises
    Refused and then has taken nothing.
    """
    return redeeming.redeem(session.reward, member=member, session=session, key=key)
