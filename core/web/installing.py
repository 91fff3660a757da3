"""What makes the site an app on a phone: its icon, its manifest, and an honest page for when there is no network."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw, ImageFont

from core.web import stylesheet, theme
from core.web.context_processors import brand_of

A_DAY = 24 * 60 * 60
SIZES = (180, 192, 512)


@require_safe
@cache_control(public=True, max_age=A_DAY)
def manifest(request: HttpRequest) -> JsonResponse:
    """The web app manifest, in the brand's name and colours."""
    brand = brand_of(request)
    day = theme.light(brand.brand_colour)
    icons = [
        {"src": f"/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size, purpose in ((192, "any"), (512, "any"), (512, "maskable"))
    ]
    content = {
        "id": "/",
        "name": brand.name,
        "short_name": brand.name[:12].strip(),
        "description": brand.tagline,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": day["ground"].hex,
        "theme_color": day["ground"].hex,
        "icons": icons,
    }
    return JsonResponse(content, content_type="application/manifest+json")


@require_safe
@cache_control(public=True, max_age=A_DAY)
def icon(request: HttpRequest) -> HttpResponse:
    """The icon in a browser's tab."""
    brand = brand_of(request)
    context = {"letter": letter_of(brand.name), "fill": theme.light(brand.brand_colour)["deep"].hex}
    return render(request, "web/icon.svg", context, content_type="image/svg+xml")


@require_safe
@cache_control(public=True, max_age=A_DAY)
def old_icon(request: HttpRequest) -> HttpResponse:
    """Where browsers look for an icon when a page names none."""
    return redirect("icon_picture", 192)


@require_safe
@cache_control(public=True, max_age=A_DAY)
def icon_picture(request: HttpRequest, size: int) -> HttpResponse:
    """The icon on a phone's home screen, `size` pixels wide."""
    if size not in SIZES:
        raise Http404
    brand = brand_of(request)
    return HttpResponse(_drawn(letter_of(brand.name), brand.brand_colour, size), content_type="image/png")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker shows when there is no network; the same for everybody, so it may be kept."""
    return render(request, "web/offline.html")


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, which must stand at the root to look after the whole site."""
    brand = brand_of(request)
    context = {"stylesheet": stylesheet.address(brand.brand_colour)}
    return render(request, "web/service_worker.js", context, content_type="text/javascript")


def letter_of(name: str) -> str:
    """The letter that stands for the brand on its icon."""
    return name.strip()[:1].upper() or "G"


@lru_cache(maxsize=8)
def _drawn(letter: str, brand_colour: str, size: int) -> bytes:
    """A PNG with room around the letter, since phones cut icons round."""
    palette = theme.light(brand_colour)
    picture = Image.new("RGB", (size, size), palette["deep"].hex)
    font = ImageFont.load_default(size * 0.5)
    ImageDraw.Draw(picture).text((size / 2, size / 2), letter, palette["on-deep"].hex, font=font, anchor="mm")
    buffer = BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
