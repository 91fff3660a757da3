"""Experiences: a seat at a session."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from core import live
from core.web.refused import NotOpen, Refused
from rewards.kinds.kind import Kind

if TYPE_CHECKING:
    from rewards.models import Redemption, Reward, Session


class NothingToBook(Refused):
    """An experience without a date."""

    slug = "nothing-to-book"
    sentence = _("Add a date before you publish it.")


class Experience(Kind):
    """Something that happens at a time and a place, with a number of seats."""

    slug = "experience"
    title = _("Experience")
    has_sessions = True

    def check_publishable(self, reward: Reward) -> None:
        if not reward.sessions.exists():
            raise NothingToBook

    def closed(self, reward: Reward, session: Session | None) -> Refused | None:
        return session.closed() if session else NotOpen()

    def over(self, reward: Reward, session: Session | None) -> Refused | None:
        return session.over() if session else None

    def gone(self, reward: Reward, session: Session | None) -> Refused | None:
        return session.full() if session else None

    def take(self, redemption: Redemption) -> None:
        redemption.seat.take_seat()

    def put_back(self, redemption: Redemption) -> None:
        redemption.seat.put_seat_back()

    def cancel_until(self, redemption: Redemption) -> datetime | None:
        return redemption.seat.cancel_until(redemption.cancel_until_hours)

    def show_change(self, redemption: Redemption) -> None:
        live.push_all("seats", session=redemption.seat.slug)
