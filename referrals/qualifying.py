"""What makes an invited friend count: each way is a strategy, found by its slug."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core.activities import kinds
from core.brand.explanation import Explanation
from core.brand.models import Brand

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from referrals.terms import Terms

CHALLENGE = "challenge.completed"
LEAST = gettext_noop("Least amount")
ASKED = gettext_noop("Asked for")


class Fact(Protocol):
    """What a strategy looks at: an activity of the friend."""

    type: str
    reference: str
    data: dict[str, Any]

    @property
    def left(self) -> int | None: ...

    @property
    def counts(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why both sides are rewarded, each in words that tell nothing about the other that is not theirs to know."""

    referrer: Explanation
    friend: Explanation


class Qualifying(ABC):
    """One way to qualify, with its settings."""

    slug: ClassVar[str]
    title: ClassVar[str | Promise]
    settings: ClassVar[tuple[str, ...]] = ()  # which of the terms' settings it uses

    def __init__(self, terms: Terms) -> None:
        self.terms = terms

    @property
    @abstractmethod
    def awaits(self) -> str:
        """The kind of activity that can qualify."""

    @abstractmethod
    def met_by(self, fact: Fact) -> bool:
        """Whether `fact`, of the awaited kind and of the right time, qualifies."""

    @abstractmethod
    def step(self, brand: Brand) -> str:
        """What is to be done, as a step on the friend's way."""

    @abstractmethod
    def friend_does(self, brand: Brand) -> str:
        """What is to be done, to end a sentence to the inviter: "You get … as soon as"."""

    @abstractmethod
    def you_do(self, brand: Brand) -> str:
        """The same to the friend."""

    @abstractmethod
    def reasons(self, fact: Fact, joined_at: datetime) -> Reasons:
        """Why both sides are rewarded for `fact`."""

    undone: ClassVar[str] = gettext_noop("What had counted was taken back, so it no longer counts.")


def _reasons(
    referrer: str, friend: str, joined_at: datetime, values: dict[str, Any], *inputs: tuple[str, Any]
) -> Reasons:
    """Both sentences with the same values; only the inviter's names the day on which the friend joined."""
    joined = {"joined": {"date": joined_at.isoformat()}}
    return Reasons(
        Explanation(referrer, {**values, **joined}, inputs=inputs),
        Explanation(friend, values, inputs=inputs),
    )


class ByOrder(Qualifying):
    """An order of which at least `minimum` is left."""

    slug = "order"
    title = gettext_lazy("by an order")
    settings = ("minimum",)
    undone = gettext_noop("The order was refunded, so it no longer counts.")

    @property
    def awaits(self) -> str:
        return kinds.ORDER_PAID

    def met_by(self, fact: Fact) -> bool:
        return fact.counts and (fact.left or 0) >= (self.terms.minimum or 0)

    def step(self, brand: Brand) -> str:
        if self.terms.minimum:
            return _("An order of at least %(minimum)s") % {"minimum": brand.money(self.terms.minimum)}
        return _("A first order")

    def friend_does(self, brand: Brand) -> str:
        if self.terms.minimum:
            return _("your friend has ordered for at least %(minimum)s") % {"minimum": brand.money(self.terms.minimum)}
        return _("your friend has ordered something")

    def you_do(self, brand: Brand) -> str:
        if self.terms.minimum:
            return _("you have ordered for at least %(minimum)s") % {"minimum": brand.money(self.terms.minimum)}
        return _("you have ordered something")

    def reasons(self, fact: Fact, joined_at: datetime) -> Reasons:
        return _reasons(
            gettext_noop("The friend who joined through your invitation on %(joined)s ordered enough."),
            gettext_noop("You joined through an invitation and ordered for %(amount)s."),
            joined_at,
            {"amount": {"money": fact.left or 0}},
            (LEAST, {"money": self.terms.minimum or 0}),
        )


class ByActivity(Qualifying):
    """An activity of one kind, whichever the brand knows."""

    slug = "activity"
    title = gettext_lazy("by another activity")
    settings = ("activity", "minimum")

    @property
    def awaits(self) -> str:
        return self.terms.activity

    def met_by(self, fact: Fact) -> bool:
        return fact.counts and (self.terms.minimum is None or (fact.left or 0) >= self.terms.minimum)

    @property
    def _asked(self) -> str:
        return str(kinds.BUILT_IN.get(self.terms.activity) or self.terms.title or self.terms.activity)

    def step(self, brand: Brand) -> str:
        return self._asked

    def friend_does(self, brand: Brand) -> str:
        return _("your friend has done this: %(asked)s") % {"asked": self._asked}

    def you_do(self, brand: Brand) -> str:
        return _("you have done this: %(asked)s") % {"asked": self._asked}

    def reasons(self, fact: Fact, joined_at: datetime) -> Reasons:
        return _reasons(
            gettext_noop("The friend who joined through your invitation on %(joined)s did what it takes."),
            gettext_noop("You joined through an invitation and did what it takes."),
            joined_at,
            {},
            (ASKED, self.terms.title or self.terms.activity),
        )


class ByJoining(Qualifying):
    """Joining is enough."""

    slug = "joining"
    title = gettext_lazy("by joining")

    @property
    def awaits(self) -> str:
        return kinds.MEMBER_JOINED

    def met_by(self, fact: Fact) -> bool:
        return fact.counts

    def step(self, brand: Brand) -> str:
        return _("Nothing more to do")

    def friend_does(self, brand: Brand) -> str:
        return _("your friend has joined")

    def you_do(self, brand: Brand) -> str:
        return _("you have joined")

    def reasons(self, fact: Fact, joined_at: datetime) -> Reasons:
        return _reasons(
            gettext_noop("A friend joined through your invitation on %(joined)s."),
            gettext_noop("You joined through an invitation."),
            joined_at,
            {},
        )


class ByChallenge(Qualifying):
    """A completed challenge."""

    slug = "challenge"
    title = gettext_lazy("by completing a challenge")
    settings = ("challenge",)

    @property
    def awaits(self) -> str:
        return CHALLENGE

    def met_by(self, fact: Fact) -> bool:
        return fact.counts and self.terms.challenge in (fact.reference, fact.data.get("challenge"))

    @property
    def _name(self) -> str:
        return self.terms.title or self.terms.challenge

    def step(self, brand: Brand) -> str:
        return _("The challenge “%(challenge)s”") % {"challenge": self._name}

    def friend_does(self, brand: Brand) -> str:
        return _("your friend has completed the challenge “%(challenge)s”") % {"challenge": self._name}

    def you_do(self, brand: Brand) -> str:
        return _("you have completed the challenge “%(challenge)s”") % {"challenge": self._name}

    def reasons(self, fact: Fact, joined_at: datetime) -> Reasons:
        return _reasons(
            gettext_noop("The friend who joined through your invitation on %(joined)s completed “%(challenge)s”."),
            gettext_noop("You joined through an invitation and completed “%(challenge)s”."),
            joined_at,
            {"challenge": self._name},
        )


WAYS: dict[str, type[Qualifying]] = {way.slug: way for way in (ByOrder, ByJoining, ByChallenge, ByActivity)}


def of(terms: Terms) -> Qualifying:
    """The strategy that `terms` name, with their settings."""
    return WAYS[terms.by](terms)
