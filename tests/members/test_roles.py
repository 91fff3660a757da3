"""What each role may do in the admin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client

from core.members import roles
from core.members.models import Member
from core.members.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
Browser = Callable[[Member], Client]


@pytest.fixture
def an_apps_own_lines() -> Iterator[None]:
    """An app above lets curators write its prizes and support read its claims."""
    kept = {role: {app: dict(models) for app, models in table.items()} for role, table in roles._table.items()}
    roles.allow(Role.CURATOR, "shop")
    roles.allow(Role.SUPPORT, "shop", "claim", actions=roles.READ)
    yield
    roles._table.clear()
    roles._table.update(kept)


TABLE = [
    # role, permission, may
    ("owner", "shop.delete_prize", True),
    ("owner", "members.view_staffchange", True),
    ("owner", "members.appoint_member", True),
    ("curator", "brand.change_brand", True),
    ("curator", "shop.add_prize", True),
    ("curator", "shop.delete_claim", True),
    ("curator", "members.view_member", False),
    ("curator", "members.view_staffchange", False),
    ("moderator", "members.view_member", True),
    ("moderator", "members.change_member", True),
    ("moderator", "members.appoint_member", False),
    ("moderator", "brand.change_brand", False),
    ("moderator", "shop.view_prize", False),
    ("support", "members.view_member", True),
    ("support", "members.change_member", False),
    ("support", "shop.view_claim", True),
    ("support", "shop.change_claim", False),
    ("support", "shop.view_prize", False),
    ("analyst", "shop.view_prize", True),
    ("analyst", "brand.view_brand", True),
    ("analyst", "brand.change_brand", False),
    ("analyst", "members.change_member", False),
    ("analyst", "members.view_staffchange", False),
    ("", "members.view_member", False),
    ("king", "members.view_member", False),
]


@pytest.mark.parametrize(("role", "permission", "may"), TABLE)
@pytest.mark.usefixtures("an_apps_own_lines")
def test_the_table_says_who_may_do_what(role: str, permission: str, may: bool) -> None:
    assert Member(role=role).has_perm(permission) is may


def test_whoever_is_deactivated_may_nothing() -> None:
    gone = Member(role="owner", is_active=False)
    assert not gone.has_perm("brand.change_brand")
    assert not gone.has_module_perms("brand")
    assert not gone.is_staff
    assert not gone.is_superuser


def pages() -> list[Any]:
    return [model for model in admin.site._registry if model._meta.app_label != "django_tasks_db"]


@pytest.mark.parametrize("role", Role.values)
def test_each_role_sees_only_its_own_pages(role: str, client_of: Browser) -> None:
    worker = Member.objects.create_user("worker@example.com", role=role)
    client = client_of(worker)
    start = client.get("/admin/").content.decode()
    for model in pages():
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        may = worker.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")
        assert (client.get(path, follow=True).status_code == 403) is not may, path
        assert (f'href="{path}"' in start) is may, path


def test_no_page_of_the_admin_is_about_keys_groups_or_the_queue() -> None:
    labels = {model._meta.label_lower for model in admin.site._registry}
    assert not labels & {"auth.group", "account.emailaddress", "mfa.authenticator", "django_tasks_db.dbtaskresult"}
    assert apps.get_model("members.member") in admin.site._registry
