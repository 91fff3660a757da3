"""The bare views: nothing but Django's handler, a function and perhaps a template."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from core import clock

ROWS = 24


def hello(request: HttpRequest) -> HttpResponse:
    """The least that a view can do."""
    return HttpResponse("Hello.")


def page(request: HttpRequest) -> HttpResponse:
    """About 8 KB of a template that is like others: a list with links, conditions, filters and translated words."""
    now = clock.now()
    rows = [
        {"title": f"Thing & {n}", "points": n * 37, "at": now - timedelta(days=n), "done": n % 3 == 0}
        for n in range(ROWS)
    ]
    total = sum(number * 37 for number in range(ROWS))
    return render(request, "bench/page.html", {"rows": rows, "title": "Things", "total": total})


urlpatterns = [
    path("bare/hello/", hello, name="hello"),
    path("bare/page/", page, name="page"),
]
