"""What every way of combining tasks can say, and the list of the ways that exist."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.functional import Promise

if TYPE_CHECKING:
    from challenges.terms import Terms

Progress = dict[str, Any]


class Counted(NamedTuple):
    """What one activity counted for one task, in the smallest unit of the task's kind."""

    task: str
    quantity: int


class Combine(ABC):
    """How the tasks of a challenge add up to its completion; plain functions of terms and progress.

    Progress is a mapping of plain JSON that starts empty; under each task's slug it holds how far that task is.
    """

    slug: str
    name: str | Promise

    @abstractmethod
    def count(self, terms: Terms, progress: Progress, activity: Any) -> list[Counted]:
        """Take one activity into `progress`, which changes, and return what it counted for.

        Activities come in the order of their own time.
        """

    @abstractmethod
    def complete(self, terms: Terms, progress: Progress) -> bool:
        """Whether the challenge is done."""

    @abstractmethod
    def share(self, terms: Terms, progress: Progress) -> float:
        """How far the challenge is done, from 0 to 1."""


_combines: dict[str, Combine] = {}


def register(way: Combine) -> None:
    """Make a way of combining tasks known under its slug."""
    _combines[way.slug] = way


def combine(slug: str) -> Combine:
    """The way of that slug; KeyError when there is none."""
    return _combines[slug]


def known() -> list[Combine]:
    """All ways, in the order in which they were registered."""
    return list(_combines.values())
