"""Participations asked for as soon as the wallets are locked, on the way of whatever else is asked then."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from challenges import compiled
from challenges.compiled import Plan, Programme
from challenges.models import Participation
from core import bulk
from core.activities.cascade import Cascade

FORESEEN = "challenges"


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Participations that were asked for, and of which members (ids) in and around which challenges."""

    members: frozenset[int]
    plans: frozenset[Plan]
    asked: bulk.Ahead[Participation]

    def covers(self, members: Collection[int], plans: Collection[Plan]) -> bool:
        """Whether all participations of these members in and around these challenges are among them."""
        return self.members.issuperset(members) and self.plans.issuperset(plans)


def foresee(cascade: Cascade, member_ids: Collection[int], kinds: Collection[str]) -> None:
    """Ask ahead for the participations that things of these kinds may bring forward."""
    programme = compiled.programme(cascade.brand)
    plans = {plan for kind in kinds for plan in programme.listening_to(kind, cascade.version)}
    if plans and member_ids:
        asked = _ask(programme, member_ids, plans)
        cascade.foreseen[FORESEEN] = Foreseen(frozenset(member_ids), frozenset(plans), asked)


def participations(
    cascade: Cascade, programme: Programme, members: Collection[int], plans: Collection[Plan]
) -> list[Participation]:
    """Those of these members in these challenges and around them: foreseen in the first round, else one query."""
    foreseen: Foreseen | None = cascade.foreseen.pop(FORESEEN, None)
    if foreseen is not None and foreseen.covers(members, plans):
        return foreseen.asked.rows
    return read(programme, members, plans)


def read(programme: Programme, members: Collection[int], plans: Iterable[Plan]) -> list[Participation]:
    """The same, without a cascade (one query)."""
    return _ask(programme, members, plans).rows


def _ask(programme: Programme, members: Collection[int], plans: Iterable[Plan]) -> bulk.Ahead[Participation]:
    return bulk.ahead(Participation, "member_id {} AND challenge_id {}", members, programme.around(plans))
