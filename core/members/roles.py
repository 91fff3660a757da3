"""What each role of staff may do in the admin: one table, to which the apps above add their own lines.

An owner may do everything. For the others a line says which actions they have on which models:

    roles.allow("curator", "challenges", "challenge", "badge")               # in the app's AppConfig.ready()
    roles.allow("support", "rewards", "redemption", actions=roles.READ)
    roles.allow("curator", "rewards")                                        # every model of that app

A model's facts stay read-only whatever a role allows: that is the ModelAdmin's matter (`core.web.admin.ReadOnlyAdmin`).
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Who a member of staff is."""

    OWNER = "owner", _("Owner")
    CURATOR = "curator", _("Curator")
    MODERATOR = "moderator", _("Moderator")
    SUPPORT = "support", _("Support")
    ANALYST = "analyst", _("Analyst")


READ = frozenset({"view"})
WRITE = frozenset({"view", "add", "change", "delete"})
EVERY = "*"

# role -> app label -> model name -> actions
_table: dict[str, dict[str, dict[str, frozenset[str]]]] = {role: {} for role in Role.values}


def allow(role: str, app_label: str, *model_names: str, actions: frozenset[str] = WRITE) -> None:
    """Let `role` do `actions` on the named models of an app (lower case; none named: on all of them)."""
    models_of_app = _table[role].setdefault(app_label, {})
    for name in model_names or (EVERY,):
        models_of_app[name] = models_of_app.get(name, frozenset()) | actions


def allows(role: str, permission: str) -> bool:
    """Whether `role` has a permission such as "rewards.change_reward"."""
    if role == Role.OWNER:
        return True
    app_label, _dot, codename = permission.partition(".")
    action, _underscore, model_name = codename.partition("_")
    if role == Role.ANALYST:
        return action == "view" and (app_label, model_name) not in _OWNER_ALONE
    models_of_app = _table.get(role, {}).get(app_label, {})
    return any(action in models_of_app.get(name, ()) for name in (model_name, EVERY))


def enters(role: str, app_label: str) -> bool:
    """Whether `role` may do anything in that app."""
    return role in (Role.OWNER, Role.ANALYST) or bool(_table.get(role, {}).get(app_label))


# An analyst reads everything but this: who did what is for the owner.
_OWNER_ALONE = {("members", "staffchange")}

allow(Role.CURATOR, "brand")
allow(Role.MODERATOR, "members", "member", actions=frozenset({"view", "change"}))
allow(Role.SUPPORT, "members", "member", "notice", actions=READ)
