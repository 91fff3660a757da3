"""Who takes part in what, what counted, and who has which badge: facts, which are only read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from challenges.models import BadgeAward, Contribution, Participation
from challenges.standing import Standing, standings
from core.brand.models import Brand
from core.members.models import Member
from core.web.admin import ReadOnlyAdmin, ReadOnlyInline, member_panel


class ContributionInline(ReadOnlyInline):
    """What counted."""

    model = Contribution
    fields = ["task", "activity", "happened", "quantity"]
    readonly_fields = fields

    @display(description=_("happened"))
    def happened(self, contribution: Contribution) -> Any:
        return contribution.activity.at

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("activity")


@admin.register(Participation)
class ParticipationAdmin(ReadOnlyAdmin):
    """Who takes part in what."""

    icon = "directions_run"
    inlines = [ContributionInline]
    list_display = ["challenge", "member", "shown_state", "joined_at", "completed_at"]
    list_filter = ["state", "challenge"]
    list_select_related = ["challenge", "member"]
    search_fields = ["member__email__exact"]
    date_hierarchy = "joined_at"
    show_full_result_count = False
    fields = [
        ("challenge", "member"),
        ("how", "joined_at"),
        ("state", "completed_at"),
        ("progress", "edition"),
        "terms",
    ]
    readonly_fields = [
        "challenge",
        "member",
        "how",
        "joined_at",
        "state",
        "completed_at",
        "progress",
        "edition",
        "terms",
    ]

    @display(description=_("state"), label={"joined": "info", "completed": "success"}, ordering="state")
    def shown_state(self, participation: Participation) -> tuple[str, str]:
        return participation.state, participation.get_state_display()

    @display(description=_("terms for this member"))
    def terms(self, participation: Participation) -> str:
        terms = participation.terms
        tasks = "; ".join(f"{task.title} ({task.activity}, {task.target})" for task in terms.tasks)
        prize = f"{terms.prize_points} {terms.prize_badge or ''}".strip()
        return f"{terms.title}: {terms.needed} / {len(terms.tasks)}: {tasks}: {prize}"


@admin.register(BadgeAward)
class BadgeAwardAdmin(ReadOnlyAdmin):
    """Who has which badge, and who had it."""

    icon = "workspace_premium"
    list_display = ["badge", "member", "challenge", "earned_at", "revoked_at", "why_withdrawn"]
    list_filter = ["badge", ("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["badge", "member", "challenge"]
    search_fields = ["member__email__exact"]
    date_hierarchy = "earned_at"
    show_full_result_count = False
    fields = [
        ("badge", "member"),
        ("challenge", "activity"),
        ("earned_at", "awarded_at"),
        ("revoked_at", "why_withdrawn"),
    ]
    readonly_fields = [
        "badge",
        "member",
        "challenge",
        "activity",
        "earned_at",
        "awarded_at",
        "revoked_at",
        "why_withdrawn",
    ]

    @display(description=_("why it was withdrawn"))
    def why_withdrawn(self, award: BadgeAward) -> str:
        return award.why_withdrawn


@member_panel(40)
def challenges(member: Member) -> tuple[str, dict[str, Any]] | None:
    """How the member stands in every challenge, and the badges."""
    brand = Brand.current()
    found: list[Standing] = [one for one in standings(member.pk, brand) if one.row is not None]
    awards = list(BadgeAward.objects.filter(member=member).select_related("badge"))
    if not found and not awards:
        return None
    return "challenges/admin_panel.html", {"standings": found, "awards": awards, "brand": brand}
