"""The site's one stylesheet: the brand's colours, then the files of static/css in the order of app.css.

One request instead of twenty, compressed once and kept by the browser until a word of it changes.
"""

from __future__ import annotations

import gzip
import re
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from core.web import theme

FOLDER = Path(settings.BASE_DIR) / "static" / "css"
IMPORT = re.compile(r'@import url\("([a-z/-]+\.css)"\);\n')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SPACE = re.compile(r"\s*\n\s*")
A_YEAR = 365 * 24 * 60 * 60

_last_colour = "#2f6b4f"


def address(brand_colour: str) -> str:
    """Where the stylesheet for this brand colour (`#rrggbb`) is; the address changes with anything in it."""
    global _last_colour
    _last_colour = brand_colour
    return reverse("stylesheet", args=[brand_colour.lower().removeprefix("#"), _mark(_edited())])


def last_address() -> str:
    """The address in the colours that this process used last; asks the database nothing."""
    return address(_last_colour)


@require_safe
def stylesheet(request: HttpRequest, colour: str, mark: str) -> HttpResponse:
    """The stylesheet for one brand colour; under an old mark it is today's, and not kept."""
    try:
        plain, packed = _packed(f"#{colour}", _edited())
    except ValueError as problem:
        raise Http404 from problem
    squeeze = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(packed if squeeze else plain, content_type="text/css; charset=utf-8")
    if squeeze:
        response["Content-Encoding"] = "gzip"
    response["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if mark == _mark(_edited()) else "no-cache"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _edited() -> int:
    """When a file was last changed (nanoseconds) where they are being worked on; elsewhere they never do."""
    return max(path.stat().st_mtime_ns for path in FOLDER.rglob("*.css")) if settings.DEBUG else 0


@lru_cache(maxsize=2)
def _mark(edited: int) -> str:
    return sha256(_rules(edited).encode() + theme.css("#000000").encode()).hexdigest()[:12]


@lru_cache(maxsize=2)
def _rules(edited: int) -> str:
    """All files as one, without comments and without the space that nobody reads."""
    whole = IMPORT.sub(lambda found: (FOLDER / found[1]).read_text(), (FOLDER / "app.css").read_text())
    return SPACE.sub("\n", COMMENT.sub("", whole)).strip()


@lru_cache(maxsize=8)
def _packed(brand_colour: str, edited: int) -> tuple[bytes, bytes]:
    text = "@layer tokens, base, layout, components, utilities;\n" + theme.css(brand_colour) + _rules(edited)
    return text.encode(), gzip.compress(text.encode(), mtime=0)
