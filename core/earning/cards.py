"""The tier on the dashboard."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from core import live
from core.brand.models import Brand
from core.earning import tiers
from core.earning.models import Tiers
from core.members.asking import member_of
from core.members.models import Member
from core.web.cards import dashboard
from core.web.context_processors import brand_of


@dashboard.card(15)
def tier(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """How the member stands on the ladder, and what is missing to the next tier."""
    standing = tiers.standing_of(member_of(request).pk, brand_of(request))
    return ("earning/tier_card.html", {"standing": standing}) if standing else None


@live.fragment("tier", "earning/tier_card.html#tier")
def tier_fragment(member: Member) -> dict[str, Any]:
    """The same, when something was earned."""
    if (standing := tiers.standing_of(member.pk, Brand.current())) is None:
        raise Tiers.DoesNotExist
    return {"standing": standing}
