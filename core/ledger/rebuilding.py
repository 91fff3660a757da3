"""What the recorded activities and the terms make of each member, rebuilt in memory and held against what is stored.

Each app rebuilds what is its own, from the beginning and apart from the way in which it was brought forward event by
event, so that a mistake of that way shows. Members are taken in groups: the memory it takes does not grow with them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.audit import one_state
from core.brand.models import Brand
from core.members.models import Member

GROUP = 200


@dataclass(frozen=True, slots=True)
class Worth:
    """What one cause is worth to a member in all, in points, held for `hold_days` days after it happened.

    `at` and `group` of the award are compared unless they are None.
    """

    member_id: int
    points: int
    hold_days: int = 0
    at: datetime | None = None
    group: str | None = None


@dataclass
class Rebuilt:
    """What was rebuilt of some members, by one app after the other.

    `worth` says by cause what is due, `spent` and `donated` by member what was paid (points), `facts` the keys of what
    the site itself has to have recorded and that still counts, `possible` those of what it may have. `noted` is
    by member what a step leaves to a later one.
    """

    brand: Brand
    members: list[int]
    worth: dict[str, Worth] = field(default_factory=dict)
    spent: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    donated: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    facts: set[str] = field(default_factory=set)
    possible: set[str] = field(default_factory=set)
    noted: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))


Step = Callable[[Rebuilt], Iterable[str]]
_steps: list[tuple[int, Step]] = []


def rebuilds(order: int) -> Callable[[Step], Step]:
    """Register a step; lower orders first. It adds to what is rebuilt and yields a sentence for each difference."""

    def register(step: Step) -> Step:
        _steps.append((order, step))
        _steps.sort(key=lambda entry: entry[0])
        return step

    return register


def differences(told: Callable[[int], None] = lambda members: None) -> Iterator[str]:
    """One sentence for each thing that is not as the activities say, all of one state of the database; writes nothing.

    `told` hears after each group how many members it had.
    """
    with one_state():
        brand = Brand.current()
        last = 0
        while members := _after(last):
            rebuilt = Rebuilt(brand, members)
            for _order, step in _steps:
                yield from step(rebuilt)
            told(len(members))
            last = members[-1]


def _after(last: int) -> list[int]:
    return list(Member.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:GROUP])
