"""An API of three writes that each leave a member behind, and then go well, are refused, or fail."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path
from ninja import NinjaAPI, Schema, Status

from core.api import problems
from core.api.assembly import addresses, say_no_in_problems
from core.api.bearer import bearer
from core.api.idempotency import idempotent
from core.members.models import Member
from core.web.refused import SoldOut

api = NinjaAPI(auth=bearer, docs_url=None, urls_namespace="probe")
say_no_in_problems(api)


class Left(Schema):
    email: str


def leave() -> Member:
    return Member.objects.create_user(f"guest-{Member.objects.count()}@example.com")


@api.post("/good", response={201: Left})
@idempotent
def good(request: HttpRequest) -> Status[Member]:
    return Status(201, leave())


@api.post("/refused", response={201: Left})
@idempotent
def refused(request: HttpRequest) -> Status[Member]:
    leave()
    raise SoldOut


@api.post("/missing", response={201: Left})
@idempotent
def missing(request: HttpRequest) -> Status[Member]:
    leave()
    raise problems.unknown("thing")


@api.post("/wrong", response={201: Left})
@idempotent
def wrong(request: HttpRequest) -> Status[Member]:
    leave()
    raise problems.wrong("thing", "No.")


@api.post("/broken", response={201: Left})
@idempotent
def broken(request: HttpRequest) -> Status[Member]:
    leave()
    raise ZeroDivisionError


@api.post("/half", response={201: Left})
@idempotent
def half(request: HttpRequest) -> Status[dict[str, int]]:
    leave()
    return Status(201, {"email": 1})


mounted: tuple[list[URLPattern | URLResolver], str] = (addresses(api), "probe")
urlpatterns = [path("api/v1/", include(mounted))]
