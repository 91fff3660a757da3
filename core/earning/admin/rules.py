"""Earning rules in the admin: saving one begins a new version of its terms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from core.activities.kinds import UNREWARDED
from core.activities.models import Kind
from core.brand.models import Brand, Refunds
from core.brand.programme import at_once
from core.earning import rules
from core.earning.calculations import CALCULATIONS
from core.earning.forms import TiersField
from core.earning.models import Rule
from core.web.admin import GoodturnAdmin, act


class RuleForm(forms.ModelForm):
    """A rule with choices for what it rewards and how."""

    activity = forms.ChoiceField(label=capfirst(_("activity")), widget=UnfoldAdminSelectWidget)
    calculation = forms.ChoiceField(label=capfirst(_("calculation")), widget=UnfoldAdminSelectWidget)

    audience = TiersField(
        help_text=_("Who holds none of these by then gets nothing by this rule; none chosen: everybody.")
    )

    class Meta:
        model = Rule
        fields = ["slug", *rules.TERMS]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = Kind.titles()
        fields: dict[str, Any] = self.fields
        fields["activity"].choices = [(slug, f"{titles[slug]} ({slug})") for slug in sorted(Kind.known() - UNREWARDED)]
        fields["calculation"].choices = [(name, name) for name in CALCULATIONS]
        if "settings" in fields:  # not there for who may only read
            fields["settings"].help_text = "; ".join(f"{name}: {kind.example}" for name, kind in CALCULATIONS.items())
        fields["audience"].offer(self.instance.audience)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        said = {"slug": self.instance.slug, "activity": "", **cleaned}
        if Brand.current().refunds == Refunds.ONLY_PENDING and at_once([said]):
            self.add_error("pending_days", _("Hold them for a day at least: refunds take back only what is pending."))
        return cleaned


@admin.register(Rule)
class RuleAdmin(GoodturnAdmin):
    """The rules in force; what was judged by an earlier version stays as it was."""

    icon = "calculate"
    form = RuleForm
    fieldsets = [
        (None, {"fields": [("activity", "slug")]}),
        (
            _("What it is worth"),
            {
                "fields": ["calculation", "settings", ("limit_count", "limit_per")],
                "description": _("Saving begins a new version: what happened before stays as it was judged then."),
            },
        ),
        (
            _("Multiplied"),
            {"fields": ["tier_multiplier", ("streak_every", "streak_step", "streak_most")]},
        ),
        (_("When and for whom"), {"fields": ["pending_days", ("starts", "ends"), "audience"]}),
    ]
    list_display = ["slug", "activity", "in_words", "limit_count", "limit_per", "pending_days", "starts", "ends"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rule]:
        self._brand = Brand.current()
        return super().get_queryset(request).in_force()

    def get_readonly_fields(self, request: HttpRequest, obj: Rule | None = None) -> list[str]:
        return ["slug"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Rule | None = None) -> bool:
        return False

    @admin.display(description=_("in words"))
    def in_words(self, rule: Rule) -> str:
        return CALCULATIONS[rule.calculation].read(rule.settings).sentence().text(self._brand)

    def save_model(self, request: HttpRequest, obj: Rule, form: Any, change: bool) -> None:
        saved = rules.put(obj.slug, **{name: getattr(obj, name) for name in rules.TERMS})
        obj.pk, obj.since, obj.until = saved.pk, saved.since, saved.until

    @act(_("Retire"), variant="danger")
    def retire(self, request: HttpRequest, rule: Rule) -> None:
        rules.retire(rule.slug)
