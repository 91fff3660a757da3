"""Who is told of activities, in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.activities.cascade import Cascade
    from core.activities.happening import Happening
    from core.activities.models import Activity

Handler = Callable[["Cascade", "list[Activity]"], None]
Concern = Callable[[set[int], "Sequence[Happening]"], set[int]]

_handlers: list[tuple[int, Handler]] = []
_concerns: list[Concern] = []


def subscribe(handler: Handler, *, order: int) -> Handler:
    """Tell `handler` of each round of activities, new ones and revised ones alike; lower orders first.

    It makes the state what it would be had each activity always been as it is now, with a number of statements that
    does not grow with the round.
    """
    _handlers.append((order, handler))
    _handlers.sort(key=lambda entry: entry[0])
    return handler


def concerns(concern: Concern) -> Concern:
    """Ask `concern` who else may be rewarded by what happens to these members, so that their wallets are locked too."""
    _concerns.append(concern)
    return concern


def handlers() -> list[Handler]:
    """All handlers in their order."""
    return [handler for _order, handler in _handlers]


def concerned(member_ids: set[int], happenings: Sequence[Happening]) -> set[int]:
    """These members and everybody else who may be rewarded by what happens to them."""
    found = set(member_ids)
    for concern in _concerns:
        found |= concern(found, happenings)
    return found
