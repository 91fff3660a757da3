"""Rewards with their dates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet, Sum
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from core.brand.versions import ADDED, ENDED
from core.earning.forms import TiersField
from core.web.admin import act
from rewards import kinds, moving
from rewards.admin.things import COLOURS, COVER_WIDGETS, ThingAdmin
from rewards.models import Reward, Session
from rewards.models.reward import TooFewSeats
from rewards.programme import Rewards


class SessionForm(forms.ModelForm):
    """A date, whose seats cannot become fewer than are taken."""

    class Meta:
        model = Session
        fields = ["slug", "starts", "ends", "place", "map_url", "seats", "withdrawn"]

    def clean_seats(self) -> int:
        seats: int = self.cleaned_data["seats"]
        if self.instance.pk and seats < self.instance.taken:
            raise forms.ValidationError(str(TooFewSeats.sentence))
        return seats


class SessionFormSet(BaseInlineFormSet):
    """Saves each date without its counter, and the number of seats by the domain, which asks again."""

    def save_existing(self, form: forms.ModelForm, obj: Session, commit: bool = True) -> Session:
        if "seats" in form.changed_data:
            obj.resize(form.cleaned_data["seats"])
        if changed := [name for name in form.changed_data if name != "seats"]:
            moving.save(obj, changed)
        return obj


class SessionInline(TabularInline):
    """The dates of an experience; one that is not to be offered any more is withdrawn, never deleted."""

    model = Session
    form = SessionForm
    formset = SessionFormSet
    fields = ["slug", "starts", "ends", "place", "map_url", "seats", "taken", "withdrawn"]
    readonly_fields = ["taken"]
    extra = 0
    can_delete = False
    tab = True


class RewardForm(forms.ModelForm):
    """A reward; its kind is one of those that exist."""

    tiers = TiersField(help_text=_("None chosen: everybody can have it."))

    class Meta:
        model = Reward
        fields = ["slug", "kind", "title", "about", "cost", "limit_per_member", "cancel_until_hours", "position"]
        fields += ["colour", "glyph", "tiers"]
        widgets = {**COVER_WIDGETS, "kind": UnfoldAdminSelectWidget(choices=kinds.choices)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        if "tiers" in fields:
            fields["tiers"].offer(self.instance.tiers)


@admin.register(Reward)
class RewardAdmin(ThingAdmin):
    """What points are spent on."""

    icon = "confirmation_number"
    part = Rewards.told
    form = RewardForm
    fixed = ("slug", "kind")
    inlines = [SessionInline]
    list_display = ["title", "shown_state", "kind", "cost", "seats"]
    list_filter = ["state"]
    search_fields = ["title", "slug"]
    fieldsets = [
        (None, {"fields": [("title", "slug"), "about", ("kind", "position")]}),
        (_("Terms"), {"fields": [("cost", "limit_per_member", "cancel_until_hours"), "tiers"]}),
        (_("Cover"), {"fields": [("colour", "glyph")]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reward]:
        rewards = super().get_queryset(request)
        return rewards.annotate(all_seats=Sum("sessions__seats"), all_taken=Sum("sessions__taken"))

    @display(description=_("state"), label=COLOURS, ordering="state")
    def shown_state(self, reward: Reward) -> tuple[str, str]:
        return reward.state, reward.get_state_display()

    @display(description=_("seats taken"))
    def seats(self, reward: Any) -> str:
        return f"{reward.all_taken or 0} / {reward.all_seats or 0}"

    @act(_("Publish"), when=lambda reward: not reward.is_live, variant="primary")
    def publish(self, request: HttpRequest, reward: Reward) -> None:
        if reward.publish():
            self.tell(reward, ADDED)

    @act(_("Retire"), when=lambda reward: reward.is_live, variant="danger")
    def retire(self, request: HttpRequest, reward: Reward) -> None:
        if reward.retire():
            self.tell(reward, ENDED)
