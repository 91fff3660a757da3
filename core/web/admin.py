"""What the admin's pages are made of: ModelAdmin bases for things and for facts, the start page, and members' panels.

An app's `admin.py` subclasses `GoodturnAdmin` for what staff edit and `ReadOnlyAdmin` for facts, and sets `section` and
`icon` (a Material Symbols name) for the menu. Changes of state are acts (`core.web.admin_acts.act`). For the start page
it registers, best in the same module:

    @start.card(30)                        # a card of its own: fn(request) -> (template, context) | None
    @figures.add                           # key numbers: fn(request) -> iterable of Figure(label, value, hint="")
    @waiting.add                           # what waits: fn(request) -> iterable of Waiting(text, count, url)

and for a member's page `@member_panel(order)`: fn(member) -> (template, context) | None. A function is only asked for
whom it concerns: `allowed(request, "rewards.view_redemption")` says whether.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from core.web.admin_acts import Acts, act
from core.web.cards import Cards
from core.web.refused import Refused

__all__ = ["BOOKS", "PEOPLE", "PROGRAMME", "SITE", "Figure", "GoodturnAdmin", "ReadOnlyAdmin", "ReadOnlyInline"]
__all__ += ["Waiting", "act", "allowed", "figures", "member_panel", "panels_of", "start", "waiting"]

# The sections of the menu, in their order.
PROGRAMME = _("Programme")
PEOPLE = _("People")
BOOKS = _("Books")
SITE = _("Site")


class GoodturnAdmin(Acts, ModelAdmin):
    """The base of every page where staff edit; a "no" of the domain becomes a message."""

    section: Any = PROGRAMME
    icon = "label"
    list_per_page = 50
    list_fullwidth = True
    warn_unsaved_form = True
    compressed_fields = True

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())


class ReadOnlyAdmin(GoodturnAdmin):
    """The base of pages about facts: they are read, and never added, edited or deleted."""

    section: Any = BOOKS
    warn_unsaved_form = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyInline(TabularInline):
    """Facts that belong to the thing on the page."""

    extra = 0
    max_num = 0
    can_delete = False
    tab = True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def allowed(request: HttpRequest, permission: str) -> bool:
    """Whether who asks has a permission such as "rewards.view_redemption"."""
    return bool(request.user.has_perm(permission))  # type: ignore[union-attr]


@dataclass(frozen=True)
class Figure:
    """One key number of the start page, as it is shown."""

    label: Any
    value: Any
    hint: Any = ""


@dataclass(frozen=True)
class Waiting:
    """Something that waits for staff; left out when there is none."""

    text: Any
    count: int
    url: str


class Collected[T]:
    """What functions of several apps say, one after the other."""

    def __init__(self) -> None:
        self._functions: list[Callable[[HttpRequest], Iterable[T]]] = []

    def add(self, function: Callable[[HttpRequest], Iterable[T]]) -> Callable[[HttpRequest], Iterable[T]]:
        """Ask `function(request)` as well."""
        self._functions.append(function)
        return function

    def all(self, request: HttpRequest) -> list[T]:
        """Everything that is said to who asks."""
        return [each for function in self._functions for each in function(request)]


start = Cards()
figures: Collected[Figure] = Collected()
waiting: Collected[Waiting] = Collected()

Panel = Callable[[Any], tuple[str, dict[str, Any]] | None]
_panels: list[tuple[int, Panel]] = []


def member_panel(order: int) -> Callable[[Panel], Panel]:
    """Put a panel on a member's page; the function gets the member and returns template and context, or None."""

    def register(function: Panel) -> Panel:
        _panels.append((order, function))
        _panels.sort(key=lambda entry: entry[0])
        return function

    return register


def panels_of(member: Any) -> list[tuple[str, dict[str, Any]]]:
    """All panels that have something to say of this member, in order."""
    return [panel for _order, function in _panels if (panel := function(member))]
