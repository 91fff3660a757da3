"""The tier on the dashboard."""

from __future__ import annotations

from datetime import date
from typing import Any

from core import live
from core.brand.models import Brand
from core.brand.periods import Per
from core.bulk.questions import Question
from core.earning import tiers
from core.earning.models import Tiers
from core.ledger.models import Tally
from core.members.models import Member
from core.web.cards import Look, dashboard


def _months(member: int) -> Any:
    found = Tally.objects.filter(member=member, per=Per.MONTH)
    return found.order_by("starts").values_list("starts", "earned")


MONTHS: Question[tuple[date, int]] = Question(_months)


@dashboard.card(15, MONTHS)
def tier(look: Look) -> tuple[str, dict[str, Any]] | None:
    """How the member stands on the ladder, and what is missing to the next tier."""
    standing = tiers.standing_in(look.rows(MONTHS), look.brand)
    return ("earning/tier_card.html", {"standing": standing}) if standing else None


@live.fragment("tier", "earning/tier_card.html#tier")
def tier_fragment(member: Member) -> dict[str, Any]:
    """The same, when something was earned."""
    if (standing := tiers.standing_of(member.pk, Brand.current())) is None:
        raise Tiers.DoesNotExist
    return {"standing": standing}
