"""The admin's start page, members' pages, acts, and the record of changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client

from core.brand.models import Brand
from core.members.models import Member, StaffChange
from core.members.roles import Role
from core.web.admin_changes import Audited

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
Browser = Callable[[Member], Client]


def test_the_start_page_has_the_brands_name_the_numbers_and_what_waits(
    owner: Client, member: Member, django_assert_max_num_queries: Any
) -> None:
    Brand.objects.update(name="Fern & Ember")
    with django_assert_max_num_queries(30):
        page = owner.get("/admin/").content.decode()
    assert "Fern &amp; Ember" in page
    assert "What waits" in page
    assert "Members" in page


def test_every_page_of_the_admin_keeps_the_record(owner: Client) -> None:
    assert admin.site._registry
    assert all(isinstance(page, Audited) for page in admin.site._registry.values())


@pytest.mark.parametrize("search", ["", "?q=ada", "?role__exact=owner", "?is_active__exact=1"])
def test_members_are_listed_in_few_queries(
    search: str, owner: Client, member: Member, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        Member.objects.create_user(f"m{number}@example.com")
    with django_assert_max_num_queries(12):
        assert owner.get(f"/admin/members/member/{search}").status_code == 200


def test_a_members_page_is_read_and_has_its_panels(owner: Client, member: Member) -> None:
    path = f"/admin/members/member/{member.pk}/change/"
    page = owner.get(path).content.decode()
    assert "ada@example.com" in page
    assert 'name="email"' not in page
    assert 'name="_save"' not in page
    assert owner.post(path, {"email": "eve@example.com"}).status_code == 403
    assert owner.post(f"/admin/members/member/{member.pk}/delete/", {"post": "yes"}).status_code == 403
    assert owner.get("/admin/members/member/add/").status_code == 403
    member.refresh_from_db()
    assert member.email == "ada@example.com"


def act(browser: Client, member: Member, name: str, **posted: str) -> Any:
    return browser.post(f"/admin/members/member/{member.pk}/act/{name}/", posted, follow=True)


def test_an_account_is_closed_and_opened_by_a_post_and_the_record_says_so(owner: Client, member: Member) -> None:
    path = f"/admin/members/member/{member.pk}/act/close/"
    assert f'action="{path}"' in owner.get(f"/admin/members/member/{member.pk}/change/").content.decode()
    owner.get(path)
    member.refresh_from_db()
    assert member.is_active
    assert "done" in act(owner, member, "close").content.decode()
    member.refresh_from_db()
    assert not member.is_active
    act(owner, member, "reopen")
    closed, opened = StaffChange.objects.order_by("pk")
    assert (closed.who, closed.action, closed.model, closed.object_id) == (
        "owner@example.com",
        "close",
        "members.member",
        str(member.pk),
    )
    assert (closed.before, closed.after) == ({"is_active": True}, {"is_active": False})
    assert (opened.action, opened.after) == ("reopen", {"is_active": True})


def test_a_no_of_the_domain_is_a_message_and_no_change(owner: Client, staff: Member) -> None:
    owner.post("/admin/members/member/", {"action": "close", "_selected_action": [staff.pk]})
    page = act(owner, staff, "dismiss").content.decode()
    assert "last owner" in page
    staff.refresh_from_db()
    assert (staff.is_active, staff.role) == (True, "owner")
    assert not StaffChange.objects.exists()


def test_a_role_is_given_by_a_form_and_only_by_an_owner(owner: Client, member: Member, client_of: Browser) -> None:
    path = f"/admin/members/member/{member.pk}/act/appoint/"
    assert 'name="role"' in owner.get(path).content.decode()
    assert owner.post(path, {"role": "king"}).status_code == 422
    act(owner, member, "appoint", role="moderator")
    member.refresh_from_db()
    assert member.role == "moderator"
    other = Member.objects.create_user("grace@example.com")
    moderator = client_of(member)
    assert act(moderator, other, "appoint", role="owner").status_code == 403
    assert act(moderator, other, "close").status_code == 200
    other.refresh_from_db()
    assert (other.role, other.is_active) == ("", False)


def test_an_act_is_done_to_many_from_the_list(owner: Client, member: Member, other_member: Member) -> None:
    posted = {"action": "close", "_selected_action": [member.pk, other_member.pk]}
    owner.post("/admin/members/member/", posted)
    assert Member.objects.filter(is_active=False).count() == 2
    assert StaffChange.objects.filter(action="close").count() == 2


def test_support_reads_members_and_does_nothing_to_them(member: Member, client_of: Browser) -> None:
    support = client_of(Member.objects.create_user("support@example.com", role=Role.SUPPORT))
    page = support.get(f"/admin/members/member/{member.pk}/change/").content.decode()
    assert "/act/" not in page
    assert act(support, member, "close").status_code == 403
    assert support.get("/admin/members/staffchange/").status_code == 403


def test_a_change_of_the_brand_leaves_who_when_before_and_after(owner: Client, staff: Member) -> None:
    brand = Brand.current()
    path = "/admin/brand/brand/1/change/"
    form = owner.get(path).context["adminform"].form
    posted = {name: form[name].value() for name in form.fields} | {"name": "Fern & Ember"}
    assert owner.post(path, posted).status_code == 302
    change = StaffChange.objects.get()
    assert (change.by, change.who, change.action, change.model, change.title) == (
        staff,
        "owner@example.com",
        "change",
        "brand.brand",
        "Fern & Ember",
    )
    assert change.before["name"] == brand.name
    assert change.after["name"] == "Fern & Ember"
    assert "currency" not in change.after
    page = owner.get(f"/admin/members/staffchange/{change.pk}/change/").content.decode()
    assert f"name: {brand.name} → Fern &amp; Ember" in page


def test_the_record_itself_is_only_read(owner: Client, staff: Member) -> None:
    change = StaffChange.objects.create(
        by=staff, who=staff.email, action="x", model="m", object_id="1", title="t", before=None, after={"a": 1}
    )
    path = f"/admin/members/staffchange/{change.pk}/"
    assert owner.post(f"{path}change/", {"who": "eve"}).status_code == 403
    assert owner.post(f"{path}delete/", {"post": "yes"}).status_code == 403
    owner.post("/admin/members/staffchange/", {"action": "delete_selected", "_selected_action": [change.pk]})
    change.refresh_from_db()
    assert change.who == "owner@example.com"


def test_an_act_that_is_not_there_is_403_and_a_thing_that_is_not_there_404(owner: Client, member: Member) -> None:
    assert act(owner, member, "promote-to-god").status_code == 403
    assert owner.post("/admin/members/member/999999/act/close/").status_code == 404


def test_what_members_say_runs_no_script_in_the_admin(owner: Client, member: Member) -> None:
    Member.objects.filter(pk=member.pk).update(alias="<script>alert(1)</script>")
    for path in ("/admin/members/member/", f"/admin/members/member/{member.pk}/change/"):
        assert "<script>alert(1)" not in owner.get(path).content.decode()
