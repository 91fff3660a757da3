"""The addresses of the JSON API."""

from __future__ import annotations

from core.api.assembly import addresses, assemble

app_name = "api"
api = assemble()
urlpatterns = addresses(api)
