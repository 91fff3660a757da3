"""Who is told of activities, in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.activities.cascade import Cascade
    from core.activities.happening import Happening
    from core.activities.models import Activity

Handler = Callable[["Cascade", "list[Activity]"], None]
Conclusion = Callable[["Cascade"], None]
Concern = Callable[[set[int], "Sequence[Happening]"], set[int]]
Foresight = Callable[["Cascade", Collection[int], Collection[str]], None]

_handlers: list[tuple[int, Handler]] = []
_concerns: list[Concern] = []
_foresights: list[Foresight] = []
_conclusions: list[Conclusion] = []
_sequels: list[Conclusion] = []


def subscribe(handler: Handler, *, order: int) -> Handler:
    """Tell `handler` of each round of activities, new ones and revised ones alike; lower orders first.

    It makes the state what it would be had each activity always been as it is now, with a number of statements that
    does not grow with the round.
    """
    _handlers.append((order, handler))
    _handlers.sort(key=lambda entry: entry[0])
    return handler


def conclude(conclusion: Conclusion) -> Conclusion:
    """Call `conclusion` at the end of each cascade, when all that is due is said and before the books are moved."""
    _conclusions.append(conclusion)
    return conclusion


def conclusions() -> list[Conclusion]:
    """All that is called at the end of a cascade."""
    return list(_conclusions)


def afterwards(sequel: Conclusion) -> Conclusion:
    """Call `sequel` once at the end of each cascade, when the books are moved."""
    _sequels.append(sequel)
    return sequel


def sequels() -> list[Conclusion]:
    """All that is called when the books are moved."""
    return list(_sequels)


def concerns(concern: Concern) -> Concern:
    """Ask `concern` who else may be rewarded by what happens to these members, so that their wallets are locked too."""
    _concerns.append(concern)
    return concern


def foresees(foresight: Foresight) -> Foresight:
    """Call `foresight` as soon as wallets are locked, with the members and kinds of what happened (ids and names).

    It asks ahead (`bulk.ahead`) for what its handler will read, and keeps that in the cascade's `foreseen`.
    """
    _foresights.append(foresight)
    return foresight


def foresights() -> list[Foresight]:
    """All that ask ahead."""
    return list(_foresights)


def handlers() -> list[Handler]:
    """All handlers in their order."""
    return [handler for _order, handler in _handlers]


def concerned(member_ids: set[int], happenings: Sequence[Happening]) -> set[int]:
    """These members and everybody else who may be rewarded by what happens to them."""
    found = set(member_ids)
    for concern in _concerns:
        found |= concern(found, happenings)
    return found
