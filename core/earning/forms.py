"""What forms of the apps above have of tiers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from core.earning.models import TierLevel


class TiersField(forms.MultipleChoiceField):
    """For which tiers something is, as a list of their slugs; None for everybody."""

    widget = UnfoldAdminCheckboxSelectMultipleWidget

    def __init__(self, **options: Any) -> None:
        super().__init__(label=capfirst(_("only for tiers")), required=False, **options)

    def offer(self, chosen: Iterable[str] | None) -> None:
        """Let the tiers that there are be chosen, and those that are chosen already."""
        levels = dict(TierLevel.objects.values_list("slug", "name"))
        levels |= {slug: slug for slug in chosen or () if slug not in levels}
        self.choices = list(levels.items())

    def clean(self, value: Any) -> list[str] | None:
        return super().clean(value) or None
