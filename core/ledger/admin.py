"""The books in the admin: read by staff, and adjusted only with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import admin
from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from core.brand.explanation import Explanation
from core.brand.models import Brand
from core.ledger import statement
from core.ledger.models import Entry, Lot, Transfer, Wallet
from core.ledger.spending import adjust
from core.members.models import Member
from core.web.admin import Figure, ReadOnlyAdmin, ReadOnlyInline, act, allowed, figures, member_panel

BY_HAND = Explanation(gettext_noop("%(reason)s"))
MOST = 1_000_000


class AdjustForm(forms.Form):
    """How many points, and why."""

    points = forms.IntegerField(
        label=_("Points"),
        min_value=-MOST,
        max_value=MOST,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("Below zero takes points away, at most what is there."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("The member reads this in the wallet."),
    )

    def clean_points(self) -> int:
        if not (points := self.cleaned_data["points"]):
            raise forms.ValidationError(_("Nothing would change."))
        return points


@admin.register(Wallet)
class WalletAdmin(ReadOnlyAdmin):
    """What each member has."""

    icon = "account_balance_wallet"
    list_display = ["member", "available", "pending", "owed", "earned", "spent", "donated"]
    search_fields = ["member__email", "member__alias"]
    list_select_related = ["member"]
    ordering = ["-pk"]
    show_full_result_count = False

    @act(_("Adjust points"), permission="adjust", form=AdjustForm)
    def adjust_points(self, request: HttpRequest, wallet: Wallet, form: AdjustForm) -> None:
        why = BY_HAND.with_values(reason=form.cleaned_data["reason"])
        adjust(wallet.pk, form.cleaned_data["points"], reference=f"adjustment:{uuid4()}", explanation=why)


class EntryInline(ReadOnlyInline):
    """The two sides of a transfer."""

    model = Entry
    fields = ["account", "member", "points", "balance"]


@admin.register(Transfer)
class TransferAdmin(ReadOnlyAdmin):
    """Each movement of points, with its why."""

    icon = "swap_horiz"
    list_display = ["posted_at", "member", "reason", "points", "source", "target", "explained"]
    list_filter = ["reason"]
    search_fields = ["reference", "member__email"]
    list_select_related = ["member"]
    ordering = ["-pk"]
    show_full_result_count = False
    fields = ["reference", "member", "reason", "points", ("source", "target"), "explained", ("at", "posted_at")]
    readonly_fields = ["explained"]
    inlines = [EntryInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Transfer]:
        self._brand = Brand.current()
        return super().get_queryset(request)

    @admin.display(description=_("explanation"))
    def explained(self, transfer: Transfer) -> str:
        return transfer.explanation.text(self._brand)


@admin.register(Lot)
class LotAdmin(ReadOnlyAdmin):
    """What each cause is worth now."""

    icon = "inventory_2"
    list_display = ["cause", "member", "points", "at", "held_until"]
    search_fields = ["cause", "member__email"]
    list_select_related = ["member"]
    ordering = ["-pk"]
    show_full_result_count = False


@member_panel(10)
def wallet_of(member: Member) -> tuple[str, dict[str, Any]]:
    """A member's wallet and the newest lines of their statement."""
    lines, _older = statement.page(member.pk, Brand.current(), size=20)
    return "ledger/admin_panel.html", {"wallet": Wallet.of(member.pk), "lines": lines}


@figures.add
def totals(request: HttpRequest) -> Iterable[Figure]:
    """What the brand owes its members, and what it gave so far."""
    if not allowed(request, "ledger.view_wallet"):
        return
    sums = Wallet.objects.aggregate(available=Sum("available"), pending=Sum("pending"), spent=Sum("spent"))
    brand = Brand.current()
    outstanding = (sums["available"] or 0) + (sums["pending"] or 0)
    worth = _("worth %(money)s when given away") % {"money": brand.money(brand.money_for(outstanding))}
    yield Figure(_("Points in wallets"), brand.points(outstanding), worth)
    yield Figure(_("Points spent"), brand.points(sums["spent"] or 0))
