"""Tiers in the admin: the ladder on one page, and where members stand on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from core.brand.models import Brand
from core.earning.models import MemberTier, TierChange, TierLevel, Tiers
from core.members.models import Member
from core.web.admin import PEOPLE, GoodturnAdmin, ReadOnlyAdmin, member_panel


class LevelForm(forms.ModelForm):
    """One tier, with its perks a line each."""

    lines = forms.CharField(
        label=_("Perks"), required=False, widget=UnfoldAdminTextareaWidget, help_text=_("One a line; members see them.")
    )

    class Meta:
        model = TierLevel
        fields = ["name", "slug", "from_points", "multiplier"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["lines"] = "\n".join(self.instance.perks)

    def clean_lines(self) -> str:
        perks = [line.strip() for line in self.cleaned_data["lines"].splitlines() if line.strip()]
        if any(len(perk) > 200 for perk in perks):
            raise forms.ValidationError(_("Write each perk in at most 200 characters."))
        self.instance.perks = perks
        return str(self.cleaned_data["lines"])


class LevelInline(StackedInline):
    """The tiers, lowest first."""

    model = TierLevel
    form = LevelForm
    fields = [("name", "slug"), ("from_points", "multiplier"), "lines"]
    extra = 0
    prepopulated_fields = {"slug": ["name"]}

    @admin.display(description=_("Perks"))
    def lines(self, level: TierLevel) -> str:
        """What the form is asked for, told to whoever may only read it."""
        return "\n".join(level.perks)


@admin.register(Tiers)
class TiersAdmin(GoodturnAdmin):
    """The one ladder: what is saved holds for everybody from then on."""

    icon = "stairs"
    inlines = [LevelInline]
    fieldsets = [
        (
            None,
            {
                "fields": [("window_months", "grace_months")],
                "description": _(
                    "A change holds from now on, for everybody; it takes a while until all are looked at."
                ),
            },
        )
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is nothing to list: go to the one row."""
        return HttpResponseRedirect(reverse("admin:earning_tiers_change", args=[Tiers.current().pk]))

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.instance.amend():
            self.message_user(request, _("The ladder holds from now on."), messages.INFO)


@admin.register(MemberTier)
class MemberTierAdmin(ReadOnlyAdmin):
    """Who holds which tier, and until when."""

    section = PEOPLE
    icon = "military_tech"
    list_display = ["member", "level", "since", "until"]
    list_filter = ["level"]
    search_fields = ["member__email", "member__alias"]
    list_select_related = ["member"]
    ordering = ["-pk"]
    show_full_result_count = False


@admin.register(TierChange)
class TierChangeAdmin(ReadOnlyAdmin):
    """Every step up and down, with its why."""

    section = PEOPLE
    icon = "swap_vert"
    list_display = ["member", "before", "level", "since", "in_words", "taken_back", "posted_at"]
    search_fields = ["member__email", "member__alias"]
    list_select_related = ["member"]
    ordering = ["-pk"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> Any:
        self._brand = Brand.current()
        return super().get_queryset(request)

    @display(description=_("void"), label="danger")
    def taken_back(self, change: TierChange) -> str:
        return gettext("taken back") if change.void else ""

    @admin.display(description=_("why"))
    def in_words(self, change: TierChange) -> str:
        return change.explanation.text(self._brand)


@member_panel(35)
def tier_panel(member: Member) -> tuple[str, dict[str, Any]] | None:
    """The member's tiers on their page."""
    changes = list(TierChange.objects.filter(member=member).order_by("-pk")[:20])
    return ("earning/admin_panel.html", {"changes": changes}) if changes else None
