"""The site's pages as granian serves them, and beside them the bare views that they are measured against."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

os.environ.setdefault("STATEMENT_SECONDS", "20")

from django.core.wsgi import get_wsgi_application

site = get_wsgi_application()  # sets Django up; what follows needs it

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.http import HttpRequest  # noqa: E402
from django.http.response import HttpResponseBase  # noqa: E402
from django.test.utils import override_settings  # noqa: E402

from core.serve.bodies import measured  # noqa: E402


class Bare(WSGIHandler):
    """Django without any middleware, on the views of `core.bench.bare_urls`."""

    def load_middleware(self, is_async: bool = False) -> None:
        with override_settings(MIDDLEWARE=[]):
            super().load_middleware(is_async)

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        request.urlconf = "core.bench.bare_urls"
        return super().get_response(request)


bare = Bare()
full = measured(site)


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """What stands under `/bare/` is bare; the rest is the site."""
    handler: Any = bare if environ["PATH_INFO"].startswith("/bare/") else full
    return handler(environ, start_response)  # type: ignore[no-any-return]
