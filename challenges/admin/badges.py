"""Badges in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from challenges.admin.forms import BadgeForm
from challenges.models import Badge
from core.web import art
from core.web.admin import GoodturnAdmin, act


@admin.register(Badge)
class BadgeAdmin(GoodturnAdmin):
    """What there is to be proud of."""

    icon = "military_tech"
    form = BadgeForm
    list_display = ["name", "picture", "secret", "shown_state", "holders"]
    list_filter = ["retired", "secret"]
    search_fields = ["name", "slug"]
    ordering = ["position", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Badge]:
        live = Count("awards", filter=Q(awards__revoked_at__isnull=True))
        return super().get_queryset(request).annotate(people=live)

    def get_fieldsets(self, request: HttpRequest, obj: Badge | None = None) -> list[Any]:
        may_write = self.has_change_permission(request, obj) if obj else True
        look: list[Any] = [("shape", "colour", "glyph")] if may_write else ["picture"]
        return [
            (None, {"fields": [("name", "slug"), "description", ("secret", "position")]}),
            (_("Look"), {"fields": look}),
        ]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Badge | None = None) -> dict[str, Any]:
        return {} if obj else {"slug": ["name"]}

    def get_readonly_fields(self, request: HttpRequest, obj: Badge | None = None) -> list[str]:
        return ["slug"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Badge | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Badge, form: forms.ModelForm, change: bool) -> None:
        obj.amend()

    @display(description=_("look"))
    def picture(self, badge: Badge) -> SafeString:
        return art.badge(badge.art, "earned", "", "small")

    @display(description=_("state"), label={"retired": "danger", "current": "success"}, ordering="retired")
    def shown_state(self, badge: Badge) -> tuple[str, Any]:
        return ("retired", _("Retired")) if badge.retired else ("current", _("Can be earned"))

    @display(description=_("members who have it"), ordering="people")
    def holders(self, badge: Any) -> int:
        return int(badge.people)

    @act(_("Retire"), when=lambda badge: not badge.retired, variant="danger")
    def retire(self, request: HttpRequest, badge: Badge) -> None:
        badge.retire()

    @act(_("Bring back"), when=lambda badge: badge.retired)
    def bring_back(self, request: HttpRequest, badge: Badge) -> None:
        badge.bring_back()
