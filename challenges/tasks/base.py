"""What every kind of task can say about itself, and the list of the kinds that exist."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Protocol

from django.utils.functional import Promise

from core.brand.models import Brand


class Happened(Protocol):
    """What a kind of task may look at: one activity, never a member or the database."""

    @property
    def left(self) -> int | None:
        """The amount in minor units less what was taken back; None for what has no amount."""


class TaskKind(ABC):
    """A way to measure how far a task is done; a new one is one file and one test.

    Quantities and targets are whole numbers in the kind's own smallest unit, of which `unit` make a whole one.
    """

    slug: str
    name: str | Promise
    unit = 1

    @abstractmethod
    def quantity(self, activity: Happened) -> int:
        """How much one activity brings a task forward; nothing when it does not count."""

    @abstractmethod
    def shown(self, quantity: int) -> int | str:
        """A quantity as the JSON API shows it."""

    @abstractmethod
    def said(self, quantity: int, brand: Brand) -> str:
        """A quantity as people read it, in the active language."""

    @abstractmethod
    def reads(self, item: dict[str, Any]) -> bool:
        """Whether a task of the programme file is of this kind."""

    @abstractmethod
    def target(self, item: dict[str, Any]) -> int:
        """The target that a task of the programme file names."""

    @abstractmethod
    def written(self, target: int) -> dict[str, Any]:
        """The keys that a task of this kind has in the programme file."""


_kinds: dict[str, TaskKind] = {}


def register(kind: TaskKind) -> None:
    """Make a kind of task known under its slug."""
    _kinds[kind.slug] = kind


def task_kind(slug: str) -> TaskKind:
    """The kind of that slug; KeyError when there is none."""
    return _kinds[slug]


def known() -> list[TaskKind]:
    """All kinds, in the order in which they were registered."""
    return list(_kinds.values())
