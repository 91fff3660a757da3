"""Members and the record of changes in the admin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from core.brand.models import Brand
from core.members import closing, notice_list, notices, second_factor, staff
from core.members.models import Member, Notice, StaffChange
from core.members.roles import Role
from core.web.admin import PEOPLE, SITE, Figure, ReadOnlyAdmin, act, allowed, figures, member_panel, panels_of

# Roles decide who may do what, addresses are proved by codes, and nobody edits somebody's keys or the queue.
for _model in (Group, EmailAddress, EmailConfirmation, Authenticator, DBTaskResult):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)

SHOWN = 15


class RoleForm(forms.Form):
    """Which role somebody gets."""

    role = forms.ChoiceField(label=_("Role"), choices=Role, widget=UnfoldAdminSelectWidget)


def _is_staff(member: Member) -> bool:
    return bool(member.role)


@admin.register(Member)
class MemberAdmin(ReadOnlyAdmin):
    """Who the members are. They say it themselves; staff read it, and close or open an account."""

    section = PEOPLE
    icon = "group"
    list_display = ["email", "alias", "shown_role", "language", "joined_at", "claimed", "is_active"]
    list_filter = ["role", "claimed", "is_active", "language"]
    search_fields = ["email", "alias"]
    date_hierarchy = "joined_at"
    ordering = ["-joined_at", "-pk"]
    show_full_result_count = False
    fields = [
        ("email", "alias"),
        ("language", "time_zone"),
        ("joined_at", "claimed", "last_login"),
        ("role", "is_active", "leaderboard"),
    ]
    readonly_fields = [
        "email",
        "alias",
        "language",
        "time_zone",
        "joined_at",
        "claimed",
        "last_login",
        "role",
        "is_active",
        "leaderboard",
    ]
    change_form_after_template = "admin/member_panels.html"

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        if member := context.get("original"):
            context["panels"] = panels_of(member)
        return super().render_change_form(request, context, *args, **kwargs)

    @display(description=_("role"), label=True, ordering="role")
    def shown_role(self, member: Member) -> str:
        return member.get_role_display() if member.role else ""

    @act(_("Close the account"), when=lambda member: member.is_active and not member.role, variant="danger")
    def close(self, request: HttpRequest, member: Member) -> None:
        closing.close(member)

    @act(_("Open the account again"), when=lambda member: not member.is_active and not member.erased_at)
    def reopen(self, request: HttpRequest, member: Member) -> None:
        closing.reopen(member)

    # Nobody but an owner has this permission: no line of the roles' table gives it to anyone.
    @act(_("Give a role"), permission="appoint", form=RoleForm)
    def appoint(self, request: HttpRequest, member: Member, form: RoleForm) -> None:
        staff.appoint(member.email, form.cleaned_data["role"], by=request.user)  # type: ignore[arg-type]

    @act(_("Take the role away"), permission="appoint", when=_is_staff, variant="danger")
    def dismiss(self, request: HttpRequest, member: Member) -> None:
        staff.dismiss(member, by=request.user)  # type: ignore[arg-type]

    @act(_("Forget the second factor"), permission="appoint", when=_is_staff, variant="danger")
    def forget_second_factor(self, request: HttpRequest, member: Member) -> None:
        second_factor.forget(member)


@admin.register(StaffChange)
class StaffChangeAdmin(ReadOnlyAdmin):
    """What staff did: who, when, before and after. For the owner alone."""

    section = SITE
    icon = "history"
    list_display = ["at", "who", "action", "model", "title"]
    list_filter = ["action", "model"]
    search_fields = ["who", "title", "object_id"]
    date_hierarchy = "at"
    fields = [("at", "who"), ("action", "model", "object_id"), "title", "what_changed"]
    readonly_fields = ["at", "who", "action", "model", "object_id", "title", "what_changed"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[StaffChange]:
        return super().get_queryset(request).select_related("by")

    @display(description=_("what changed"))
    def what_changed(self, change: StaffChange) -> str:
        before, after = change.before or {}, change.after or {}
        names = list({**before, **after})
        return "\n".join(f"{name}: {before.get(name, '—')} → {after.get(name, '—')}" for name in names) or "—"


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    """What members were told: when, by mail or not, and whether they looked."""

    section = PEOPLE
    icon = "notifications"
    list_display = ["told_at", "member", "shown_kind", "mailed_at", "read_at"]
    list_filter = ["kind"]
    list_select_related = ["member"]
    search_fields = ["member__email__exact", "reference"]
    date_hierarchy = "told_at"
    show_full_result_count = False
    fields = [("member", "shown_kind"), "said", ("told_at", "mailed_at", "read_at"), ("reference", "url")]
    readonly_fields = ["member", "shown_kind", "said", "told_at", "mailed_at", "read_at", "reference", "url"]

    @display(description=_("kind"), ordering="kind")
    def shown_kind(self, notice: Notice) -> Any:
        kind = notices.named(notice.kind)
        return kind.title if kind else notice.kind

    @display(description=_("message"))
    def said(self, notice: Notice) -> str:
        return notice.explanation.text()


@member_panel(20)
def what_was_told(member: Member) -> tuple[str, dict[str, Any]] | None:
    """What a member was told of late."""
    lines, _older = notice_list.page(member.pk, Brand.current())
    return ("members/admin_notices.html", {"lines": lines[:SHOWN]}) if lines else None


@figures.add
def how_many_members(request: HttpRequest) -> Iterable[Figure]:
    """How many people take part."""
    if allowed(request, "members.view_member"):
        yield Figure(_("Members"), localize(Member.objects.customers().count(), use_l10n=True))
