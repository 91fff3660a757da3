"""Who has which ticket: facts, which staff can cancel for the member."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core import clock
from core.members.models import Member
from core.web.admin import Figure, ReadOnlyAdmin, act, allowed, figures, member_panel
from rewards import cancelling
from rewards.models import Redemption

SHOWN = 20


@admin.register(Redemption)
class RedemptionAdmin(ReadOnlyAdmin):
    """The log of redemptions."""

    icon = "receipt_long"
    list_display = ["reward", "session_slug", "member", "cost", "shown_state", "created_at"]
    list_filter = ["state", "reward"]
    list_select_related = ["reward", "session", "member"]
    search_fields = ["member__email__exact", "public_id"]
    date_hierarchy = "created_at"
    show_full_result_count = False
    fields = [("reward", "session_slug"), ("member", "cost"), ("state", "created_at", "cancelled_at"), "public_id"]
    readonly_fields = ["reward", "session_slug", "member", "cost", "state", "created_at", "cancelled_at", "public_id"]

    @display(description=_("state"), label={"booked": "success", "cancelled": "danger"}, ordering="state")
    def shown_state(self, redemption: Redemption) -> tuple[str, str]:
        return redemption.state, redemption.get_state_display()

    @display(description=_("session"), ordering="session__starts")
    def session_slug(self, redemption: Redemption) -> str:
        return redemption.session.slug if redemption.session else ""

    @act(_("Cancel for the member"), permission="cancel", when=lambda each: not each.is_cancelled, variant="danger")
    def cancel(self, request: HttpRequest, redemption: Redemption) -> None:
        cancelling.cancel_for_member(redemption)


@figures.add
def booked(request: HttpRequest) -> Iterable[Figure]:
    """How many seats were booked of late."""
    if allowed(request, "rewards.view_redemption"):
        recent = Redemption.objects.live().filter(created_at__gte=clock.now() - timedelta(days=7))
        yield Figure(_("Booked in 7 days"), localize(recent.count()))


@member_panel(50)
def tickets(member: Member) -> tuple[str, dict[str, Any]] | None:
    """What a member has booked, latest first."""
    found = list(Redemption.objects.of(member).select_related("reward", "session")[:SHOWN])
    return ("rewards/admin_tickets.html", {"redemptions": found}) if found else None
