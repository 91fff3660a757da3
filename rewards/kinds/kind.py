"""What a kind of reward has to answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from core.web.refused import Refused

if TYPE_CHECKING:
    from rewards.models import Redemption, Reward, Session


class Kind(ABC):
    """A kind of reward: what there is to be had of it, how one is taken and how it is put back.

    Points, the limit per member and the fact itself are the same for all kinds and are not its business
    (`rewards.redeeming`). `session` is the date chosen, None for kinds that have none.
    """

    slug: str
    title: str | Promise
    has_sessions: bool

    @abstractmethod
    def check_publishable(self, reward: Reward) -> None:
        """Raise Refused when something is missing without which nobody could have it."""

    @abstractmethod
    def closed(self, reward: Reward, session: Session | None) -> Refused | None:
        """NotOpen when it is not on offer, from rows that are read already."""

    @abstractmethod
    def over(self, reward: Reward, session: Session | None) -> Refused | None:
        """TooLate when its time has passed, from rows that are read already."""

    @abstractmethod
    def gone(self, reward: Reward, session: Session | None) -> Refused | None:
        """SoldOut when there is none left, from rows that are read already."""

    @abstractmethod
    def take(self, redemption: Redemption) -> None:
        """Take one by a conditional UPDATE, or raise NotOpen, TooLate or SoldOut.

        It comes last in the transaction: the row that everybody wants is locked for the shortest time, and after the
        wallets, as everywhere.
        """

    @abstractmethod
    def put_back(self, redemption: Redemption) -> None:
        """Put back what a cancelled redemption had taken; last in the transaction as well."""

    @abstractmethod
    def cancel_until(self, redemption: Redemption) -> datetime | None:
        """The last moment at which the member can cancel; None when there is none."""

    @abstractmethod
    def show_change(self, redemption: Redemption) -> None:
        """Tell whoever looks at what is left of it, once the transaction is committed."""
