"""Sources, kinds and the log in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.activities.models import SITE, Activity, Kind, Source
from core.brand.models import Brand
from core.web.admin import BOOKS, GoodturnAdmin, ReadOnlyAdmin, act
from core.web.admin import SITE as SITE_SECTION


@admin.register(Kind)
class KindAdmin(GoodturnAdmin):
    """What this brand sends beside the built-in kinds."""

    icon = "category"
    list_display = ["slug", "title", "retired"]
    search_fields = ["slug", "title"]

    def get_readonly_fields(self, request: HttpRequest, obj: Kind | None = None) -> list[str]:
        return ["slug"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Kind | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Kind, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        Brand.bump()


@admin.register(Source)
class SourceAdmin(GoodturnAdmin):
    """Who may send events. A secret is shown once, when it is made."""

    section = SITE_SECTION
    icon = "hub"
    list_display = ["slug", "kind", "has_secret", "created_at"]
    fields = ["slug", "kind"]
    readonly_fields = ["kind"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).exclude(slug=SITE)

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> list[str]:
        return ["slug", "kind"] if obj else ["kind"]

    def has_delete_permission(self, request: HttpRequest, obj: Source | None = None) -> bool:
        return False

    @admin.display(description=_("has a secret"), boolean=True)
    def has_secret(self, source: Source) -> bool:
        return bool(source.secret)

    @act(_("Make a new secret"))
    def rotate(self, request: HttpRequest, source: Source) -> str:
        return _("The secret of %(source)s, shown only now: %(secret)s. The old one is valid for 24 hours.") % {
            "source": source.slug,
            "secret": source.rotate(),
        }


@admin.register(Activity)
class ActivityAdmin(ReadOnlyAdmin):
    """What happened, as it was told."""

    section = BOOKS
    icon = "history"
    list_display = ["received_at", "type", "member", "email", "reference", "paid", "status", "undone"]
    list_filter = ["status", "type", "source"]
    search_fields = ["external_id", "reference", "email"]
    list_select_related = ["member", "source"]
    ordering = ["-pk"]
    show_full_result_count = False
    raw_id_fields = ["cause", "duplicate_of", "member"]
    exclude = ["fingerprint", "amount", "taken_back"]
    readonly_fields = ["paid", "given_back"]

    def get_queryset(self, request: HttpRequest) -> Any:
        self._brand = Brand.current()
        return super().get_queryset(request)

    @display(description=_("amount"), ordering="amount")
    def paid(self, activity: Activity) -> str:
        return "" if activity.amount is None else self._brand.money(activity.amount)

    @display(description=_("given back"))
    def given_back(self, activity: Activity) -> str:
        return self._brand.money(activity.taken_back) if activity.taken_back else ""

    @display(description=_("void"), label="danger")
    def undone(self, activity: Activity) -> str:
        return gettext("as if it had never been") if activity.void else ""
