"""The brand's settings in the admin: one form, for the one row."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminColorInputWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from core.brand import zones
from core.brand.models import LANGUAGES, Brand, Refunds, validate_notice_days
from core.brand.programme import Programme, at_once
from core.brand.versions import Change
from core.sections import in_force

LANGUAGE_NAMES = {"en": _("English"), "tr": _("Turkish")}


class BrandForm(forms.ModelForm):
    """The settings, with a choice of zones and languages and a field for the colour."""

    languages = forms.MultipleChoiceField(
        label=capfirst(_("languages")),
        choices=[(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    time_zone = forms.ChoiceField(
        label=capfirst(_("time zone")),
        choices=[(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())],
        widget=UnfoldAdminSelectWidget,
        help_text=_("Days, weeks and months begin by the clock of this zone."),
    )

    expiry_notice_days = forms.CharField(
        label=capfirst(_("days of notice")),
        max_length=60,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Days before, by commas. The first is at least 30: nothing expires without that notice."),
    )

    class Meta:
        model = Brand
        fields = [
            "name",
            "tagline",
            "points_one",
            "points_other",
            "currency",
            "points_per_currency_unit",
            "time_zone",
            "languages",
            "enrolment",
            "refunds",
            "expiry_policy",
            "expiry_months",
            "expiry_notice_days",
            "expiry_lapse_to",
            "brand_colour",
        ]
        widgets = {"brand_colour": UnfoldAdminColorInputWidget}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["expiry_notice_days"] = ", ".join(str(days) for days in self.instance.expiry_notice_days)

    def clean_refunds(self) -> str:
        """The policy, if the rules in force can stand beside it."""
        refunds = str(self.cleaned_data["refunds"])
        if refunds == Refunds.ONLY_PENDING and (slugs := at_once(in_force("earning"))):
            raise forms.ValidationError(
                _("First let these rules for orders hold their points for some days: %(rules)s."),
                params={"rules": ", ".join(slugs)},
            )
        return refunds

    def clean_expiry_notice_days(self) -> list[int]:
        """The days as numbers, the longest first."""
        written = self.cleaned_data["expiry_notice_days"].split(",")
        try:
            days = sorted((int(part) for part in written), reverse=True)
        except ValueError:
            raise forms.ValidationError(_("Write days as numbers, with commas between them.")) from None
        validate_notice_days(days)
        return days


@admin.register(Brand)
class BrandAdmin(ModelAdmin):
    """The one row: changed, never added or deleted."""

    form = BrandForm
    fieldsets = [
        (None, {"fields": ["name", "tagline", "brand_colour"]}),
        (
            _("Points"),
            {"fields": [("points_one", "points_other"), ("points_per_currency_unit", "currency"), "refunds"]},
        ),
        (
            _("Expiry"),
            {"fields": [("expiry_policy", "expiry_months"), "expiry_notice_days", "expiry_lapse_to"]},
        ),
        (_("Place and language"), {"fields": ["time_zone", "languages"]}),
        (_("Taking part"), {"fields": ["enrolment"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Brand | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is nothing to list: go to the one row."""
        return HttpResponseRedirect(reverse("admin:brand_brand_change", args=[1]))

    def save_model(self, request: HttpRequest, obj: Brand, form: forms.ModelForm, change: bool) -> None:
        """A change begins a new version, so that no process goes on with what it has compiled."""
        if form.changed_data:
            Brand.bump(Change(Programme.told))
            obj.save(update_fields=form.changed_data)
        if "time_zone" in form.changed_data:
            zones.moved(Brand.current())
