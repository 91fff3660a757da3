"""The seals in the admin: what everybody can read of them, for who looks after the books."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.sealing.models import Head
from core.web.admin import ReadOnlyAdmin


@admin.register(Head)
class HeadAdmin(ReadOnlyAdmin):
    """Every seal, newest first, as it is published."""

    icon = "fingerprint"
    list_display = ["size", "sealed_at", "hash"]
    fields = ["size", "sealed_at", "hash"]
    readonly_fields = ["hash"]
    ordering = ["-size"]
    show_full_result_count = False

    @admin.display(description=_("root"))
    def hash(self, head: Head) -> str:
        return head.root_hex
