"""Charities, and the facts of who gave them what."""

from __future__ import annotations

from typing import Any

from babel.numbers import format_currency
from django import forms
from django.contrib import admin
from django.db.models import QuerySet, Value
from django.http import HttpRequest
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.brand.models import Brand
from core.brand.versions import ADDED, ENDED
from core.web.admin import ReadOnlyAdmin, act
from rewards.admin.things import COLOURS, COVER_WIDGETS, ThingAdmin
from rewards.models import Charity, Donation
from rewards.programme import Charities


def money(minor: int, currency: str) -> str:
    """An amount in minor units as people write it in the active language."""
    return str(format_currency(minor / 100, currency, locale=to_locale(get_language() or "en")))


class CharityForm(forms.ModelForm):
    """A charity."""

    class Meta:
        model = Charity
        fields = ["slug", "name", "about", "url", "position", "colour", "glyph"]
        widgets = COVER_WIDGETS


@admin.register(Charity)
class CharityAdmin(ThingAdmin):
    """To whom points are given, with what they were given."""

    icon = "volunteer_activism"
    part = Charities.told
    form = CharityForm
    named_after = "name"
    list_display = ["name", "shown_state", "points", "given"]
    list_filter = ["state"]
    search_fields = ["name", "slug"]
    fieldsets = [
        (None, {"fields": [("name", "slug"), "about", ("url", "position")]}),
        (_("Cover"), {"fields": [("colour", "glyph")]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Charity]:
        return super().get_queryset(request).annotate(currency=Value(Brand.current().currency))

    @display(description=_("state"), label=COLOURS, ordering="state")
    def shown_state(self, charity: Charity) -> tuple[str, str]:
        return charity.state, charity.get_state_display()

    @display(description=_("amount given"), ordering="amount")
    def given(self, charity: Any) -> str:
        return money(charity.amount, charity.currency)

    @act(_("Publish"), when=lambda charity: not charity.is_open, variant="primary")
    def publish(self, request: HttpRequest, charity: Charity) -> None:
        if charity.publish():
            self.tell(charity, ADDED)

    @act(_("Close"), when=lambda charity: charity.is_open, variant="danger")
    def close(self, request: HttpRequest, charity: Charity) -> None:
        if charity.close():
            self.tell(charity, ENDED)


@admin.register(Donation)
class DonationAdmin(ReadOnlyAdmin):
    """The log of gifts."""

    icon = "favorite"
    list_display = ["charity", "member", "points", "given", "at"]
    list_filter = ["charity"]
    list_select_related = ["charity", "member"]
    search_fields = ["member__email__exact", "public_id"]
    date_hierarchy = "at"
    show_full_result_count = False
    fields = [("charity", "member"), ("points", "given"), ("rate", "at"), "public_id"]
    readonly_fields = ["charity", "member", "points", "given", "rate", "at", "public_id"]

    @display(description=_("amount"), ordering="amount")
    def given(self, donation: Donation) -> str:
        return money(donation.amount, donation.currency)
