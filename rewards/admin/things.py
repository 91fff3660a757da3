"""What the pages of rewards and charities have in common."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminColorInputWidget, UnfoldAdminSelectWidget

from core.brand.models import Brand
from core.brand.versions import CHANGED, Change
from core.web.admin import GoodturnAdmin
from rewards import art

COVER_WIDGETS = {
    "colour": UnfoldAdminColorInputWidget,
    "glyph": UnfoldAdminSelectWidget(choices=[(glyph, glyph) for glyph in art.GLYPHS]),
}
COLOURS = {"draft": "info", "live": "success", "open": "success", "retired": "danger", "closed": "danger"}


class ThingAdmin(GoodturnAdmin):
    """A thing with a slug, a state and counters.

    Only what was edited is saved, since seats and totals move while somebody looks at the form; what names it never
    changes; and only what nobody has seen can be deleted.
    """

    named_after = "title"
    part = ""  # what the page of the rules calls such things
    fixed: tuple[str, ...] = ("slug",)

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        if not change:
            obj.save()
        elif form.changed_data:
            obj.save(update_fields=form.changed_data)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.instance.state != "draft" and (form.changed_data or any(part.has_changed() for part in formsets)):
            self.tell(form.instance, CHANGED)

    def tell(self, thing: Any, verb: str) -> None:
        """Begin a new version of the terms, which says on the page of the rules what became of this thing."""
        Brand.bump(Change(self.part, verb, str(getattr(thing, self.named_after))))

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else {"slug": [self.named_after]}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return list(self.fixed) if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and obj.state == "draft" and super().has_delete_permission(request, obj)
