"""Every page of the admin opens for whom it is meant, with something on the site, and for nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.test.utils import override_settings
from django.urls import reverse

from core.members.models import Member
from core.members.roles import Role
from tests.journeys.full_site import fill

pytestmark = pytest.mark.django_db


def pages(registered: Any) -> list[tuple[str, str]]:
    """The addresses of a model's pages, and the permission that each takes."""
    label, name = registered.opts.app_label, registered.opts.model_name
    things = registered.get_queryset(RequestFactory().get("/")).order_by("pk")
    found = [
        (reverse(f"admin:{label}_{name}_changelist"), "view"),
        (f"{reverse(f'admin:{label}_{name}_changelist')}?q=ada&o=1", "view"),
        (reverse(f"admin:{label}_{name}_add"), "add"),
    ]
    for thing in things[:1]:
        found += [
            (reverse(f"admin:{label}_{name}_change", args=[thing.pk]), "view"),
            (reverse(f"admin:{label}_{name}_history", args=[thing.pk]), "view"),
        ]
    return found


@pytest.mark.parametrize("role", Role.values)
@override_settings(STAFF_MFA="optional")
def test_every_page_opens_for_its_roles(role: str, client_of: Callable[[Member], Client]) -> None:
    fill()
    worker = Member.objects.create_user("worker@example.com", role=role)
    client = client_of(worker)
    assert client.get("/admin/").status_code == 200
    opened = 0
    for model, registered in admin.site._registry.items():
        for path, permission in pages(registered):
            may = worker.has_perm(f"{model._meta.app_label}.{permission}_{model._meta.model_name}")
            status = client.get(path, follow=True).status_code
            if permission == "add":
                # Facts are never added, nor a second one of what there is one of.
                assert status == 403 or (status == 200 and may), path
            else:
                assert status == (200 if may else 403), path
            opened += status == 200
    assert opened > 20
