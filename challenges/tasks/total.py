"""A task that is done when amounts add up to a sum of money."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from challenges.tasks.base import Happened, TaskKind
from core.brand.models import Brand


class Total(TaskKind):
    """Each activity counts with what is left of its amount, in minor units (hundredths)."""

    slug = "total"
    name = _("An amount of money in all")
    unit = 100

    def quantity(self, activity: Happened) -> int:
        return max(activity.left or 0, 0)

    def shown(self, quantity: int) -> str:
        return f"{Decimal(quantity).scaleb(-2):.2f}"

    def said(self, quantity: int, brand: Brand) -> str:
        return brand.money(quantity)

    def reads(self, item: dict[str, Any]) -> bool:
        return item.get("sum") == "amount"

    def target(self, item: dict[str, Any]) -> int:
        return int(Decimal(item["target"]) * self.unit)

    def written(self, target: int) -> dict[str, Any]:
        return {"sum": "amount", "target": self.shown(target)}
