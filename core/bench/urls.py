"""The site's addresses, and the endpoint that a first try at this would be."""

from __future__ import annotations

from django.urls import include, path

from core.bench.naive import receive

urlpatterns = [path("naive/", receive), path("", include("core.urls"))]
