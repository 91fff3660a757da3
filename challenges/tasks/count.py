"""A task that is done when something has happened so many times."""

from __future__ import annotations

from typing import Any

from babel.numbers import format_decimal
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _

from challenges.tasks.base import Happened, TaskKind
from core.brand.models import Brand


class Count(TaskKind):
    """Each activity counts one."""

    slug = "count"
    name = _("How many times")

    def quantity(self, activity: Happened) -> int:
        return 1

    def shown(self, quantity: int) -> int:
        return quantity

    def said(self, quantity: int, brand: Brand) -> str:
        return str(format_decimal(quantity, locale=to_locale(get_language() or "en")))

    def reads(self, item: dict[str, Any]) -> bool:
        return item.get("count") is not None

    def target(self, item: dict[str, Any]) -> int:
        return int(item["count"])

    def written(self, target: int) -> dict[str, Any]:
        return {"count": target}
