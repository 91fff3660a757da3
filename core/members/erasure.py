"""Forgetting a person: who they were is gone, and the books stay as they are, of nobody.

Each app forgets its own part, in a step that its `person.py` registers::

    @erasure.step(50)
    def forget_letters(erasure): Letter.objects.filter(to=erasure.email).delete()

The steps run in their order in one transaction. Before it `@erasure.search` functions look through what has no index,
so that nobody waits meanwhile. Orders: 10 locks, 20 what is still ahead is given back, 50 what names the person, 90 the
member, who becomes an anonymous row that the books go on pointing at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.members.known import Person
from core.members.models import Member
from core.web.refused import Refused

# A name that no mail server will ever have (RFC 6761, section 6.4).
NOWHERE = "erased.invalid"


class NobodyKnown(Refused):
    """There is nothing to forget."""

    slug = "nobody-known"
    sentence = _("Nothing is known of this address.")


@dataclass(frozen=True)
class Erasure:
    """One person on the way out; `found` is what the searches brought, by name, `traces` whether there was anything."""

    person: Person
    at: datetime
    address: str = field(default_factory=lambda: f"{uuid4().hex}@{NOWHERE}")
    found: dict[str, list[Any]] = field(default_factory=dict)
    traces: list[str] = field(default_factory=list)

    @property
    def email(self) -> str:
        """The address that is to be forgotten; `address` is what stands in its place where something has to."""
        return self.person.email

    @property
    def member(self) -> Member | None:
        """The member, if the person ever joined."""
        return self.person.member

    def count(self, what: str, rows: int) -> None:
        """Note that `rows` rows of something were forgotten."""
        if rows:
            self.traces.append(what)


Step = Callable[[Erasure], None]
Search = Callable[[Person], list[Any]]
Says = Callable[[Member], Iterable[str]]
_steps: list[tuple[int, Step]] = []
_searches: dict[str, Search] = {}
_warnings: list[tuple[int, Says]] = []


def step(order: int) -> Callable[[Step], Step]:
    """Register what one app forgets; lower orders come first."""

    def register(function: Step) -> Step:
        _steps.append((order, function))
        _steps.sort(key=lambda entry: entry[0])
        return function

    return register


def search(name: str) -> Callable[[Search], Search]:
    """Register a search, whose findings the step reads as `erasure.found[name]`."""

    def register(function: Search) -> Search:
        _searches[name] = function
        return function

    return register


def warning(order: int) -> Callable[[Says], Says]:
    """Register a function that says to a member, in a sentence each, what leaving means for them."""

    def register(function: Says) -> Says:
        _warnings.append((order, function))
        _warnings.sort(key=lambda entry: entry[0])
        return function

    return register


def warnings(member: Member) -> list[str]:
    """What leaving means for this member, in the active language."""
    return [sentence for _order, function in _warnings for sentence in function(member)]


def erase(email: str) -> None:
    """Forget the person with this address, all of it or nothing.

    Raises NobodyKnown when there is nothing to forget (any more), and what a step refuses, such as LastOwner.
    """
    person = Person.of(email)
    found = {name: function(person) for name, function in _searches.items()}
    with transaction.atomic():
        erasure = Erasure(person, clock.now(), found=found)
        for _order, function in _steps:
            function(erasure)
        if not erasure.traces:
            raise NobodyKnown
