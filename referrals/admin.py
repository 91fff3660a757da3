"""Invitations in the admin: the terms are edited in one form, everything else is read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminSelectWidget

from core.brand.models import Brand
from core.web.admin import PROGRAMME, GoodturnAdmin, ReadOnlyAdmin
from referrals import changing
from referrals.models import Referral, ReferralTerms
from referrals.qualifying import WAYS
from referrals.terms import NAMES, Terms

HUNDREDTHS = 100


class TermsForm(forms.ModelForm):
    """The terms, with choices where there are some and the least amount in whole currency units."""

    by = forms.ChoiceField(
        label=capfirst(_("the friend qualifies")),
        choices=[(slug, way.title) for slug, way in WAYS.items()],
        widget=UnfoldAdminSelectWidget,
    )
    activity = forms.ChoiceField(
        label=capfirst(_("kind of activity")),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=_("Only for who qualifies by another activity."),
    )
    least = forms.DecimalField(
        label=capfirst(_("least amount")),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text=_("In the programme's currency; for orders and other activities with an amount."),
    )
    challenge = forms.ChoiceField(
        label=capfirst(_("challenge")),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=_("Only for who qualifies by completing a challenge."),
    )

    class Meta:
        model = ReferralTerms
        fields = [name for name in NAMES if name not in ("minimum", "title")]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        for name, titles in (("activity", changing.kind_titles()), ("challenge", changing.challenge_titles())):
            if kept := getattr(row, name):
                titles.setdefault(kept, kept)
            self.fields[name].choices = [("", "—"), *sorted(titles.items(), key=lambda pair: pair[1])]  # type: ignore[attr-defined]
        if row.minimum is not None:
            self.initial["least"] = row.minimum / HUNDREDTHS

    def terms(self) -> Terms:
        """The terms as they were entered; hundredths of the currency for the least amount."""
        least = self.cleaned_data.get("least")
        minimum = None if least is None else int(least * HUNDREDTHS)
        entered = {name: self.cleaned_data[name] for name in NAMES if name in self.cleaned_data}
        return Terms.restored({**entered, "minimum": minimum})

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if problems := changing.flaws(self.terms()):
            raise ValidationError(problems)
        return cleaned


@admin.register(ReferralTerms)
class ReferralTermsAdmin(GoodturnAdmin):
    """The one row of terms: without it nobody is invited."""

    form = TermsForm
    readonly_fields = ["changed_at"]
    fieldsets = [
        (_("What both get"), {"fields": [("referrer_points", "friend_points"), "hold_days"]}),
        (_("For what"), {"fields": ["by", "least", "activity", "challenge"]}),
        (_("In what time"), {"fields": [("window_days", "qualify_within_days"), "attribution"]}),
        (_("How often"), {"fields": [("cap_count", "cap_per"), "changed_at"]}),
    ]

    @display(description=_("least amount"))
    def least(self, terms: ReferralTerms) -> str:
        """What the form is asked for, told to whoever may only read it."""
        return "—" if terms.minimum is None else Brand.current().money(terms.minimum)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not ReferralTerms.objects.exists()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is nothing to list: go to the one row, or to where it is made."""
        if ReferralTerms.objects.exists():
            return HttpResponseRedirect(reverse("admin:referrals_referralterms_change", args=[1]))
        if self.has_add_permission(request):
            return HttpResponseRedirect(reverse("admin:referrals_referralterms_add"))
        return super().changelist_view(request, extra_context)

    def save_model(self, request: HttpRequest, obj: ReferralTerms, form: TermsForm, change: bool) -> None:
        """New terms hold for who joins from now on."""
        obj.pk = changing.put(form.terms()).pk

    def delete_model(self, request: HttpRequest, obj: ReferralTerms) -> None:
        """Without terms nobody is invited any more."""
        changing.withdraw()


@admin.register(Referral)
class ReferralAdmin(ReadOnlyAdmin):
    """Who invited whom, and why a reward was given or not: facts, which nobody edits."""

    section: Any = PROGRAMME
    list_display = ["code", "referrer", "friend", "shown_state", "reason", "matched_by", "joined_at", "qualified_at"]
    list_filter = ["state", "refusal", "referrer_reward", "matched_by"]
    list_select_related = ["referrer", "friend"]
    search_fields = ["code", "referrer__email", "friend__email"]
    date_hierarchy = "joined_at"
    ordering = ["-joined_at", "-id"]
    fields = [
        ("referrer", "friend"),
        ("code", "matched_by", "clicked_at"),
        ("state", "reason"),
        ("joined_at", "qualify_until", "qualified_at"),
        "activity",
        ("referrer_reward", "friend_reward"),
        "agreed",
    ]
    readonly_fields = [name for row in fields for name in ([row] if isinstance(row, str) else row)]

    def _brand(self) -> Brand:
        """The reasons hold no points, so any brand's words will do: no query a row."""
        return Brand()

    @display(
        description=_("state"),
        ordering="state",
        label={"joined": "info", "qualified": "success", "refused": "danger"},
    )
    def shown_state(self, referral: Referral) -> tuple[str, str]:
        return referral.state, referral.get_state_display()

    @display(description=_("reason"))
    def reason(self, referral: Referral) -> str:
        return referral.explanation.text(self._brand()) if referral.why else "—"

    @display(description=_("terms when the friend joined"))
    def agreed(self, referral: Referral) -> str:
        brand, terms = Brand.current(), referral.frozen
        return _("%(inviter)s for the inviter, %(friend)s for the friend. %(step)s.") % {
            "inviter": brand.points(terms.referrer_points),
            "friend": brand.points(terms.friend_points),
            "step": terms.qualifying.step(brand),
        }
