"""Addresses that answer with each kind of failure, beside the site's own."""

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from core.web.refused import SoldOut


def refuse(request: HttpRequest) -> HttpResponse:
    raise SoldOut("All ten seats are taken.")


def forbid(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def misread(request: HttpRequest) -> HttpResponse:
    raise BadRequest


def break_down(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


urlpatterns = [
    path("refuse/", refuse),
    path("forbid/", forbid),
    path("misread/", misread),
    path("break/", break_down),
    path("", include("core.urls")),
]
