"""How the admin looks: the brand's name and colour, and a menu of what the one who looks may see."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from core.web.admin import BOOKS, PEOPLE, PROGRAMME, SITE, figures, start, waiting
from core.web.colour import Colour
from core.web.context_processors import brand_of

# The lightness of unfold's eleven steps of a colour, from 50 to 950.
STEPS = {
    50: 0.98,
    100: 0.95,
    200: 0.9,
    300: 0.82,
    400: 0.7,
    500: 0.6,
    600: 0.48,
    700: 0.42,
    800: 0.36,
    900: 0.3,
    950: 0.22,
}


def title(request: HttpRequest) -> str:
    """The brand's name, over the menu."""
    return brand_of(request).name


def colours(request: HttpRequest) -> dict[str, str]:
    """Unfold's steps of the one colour, in the brand's hue; from 600 on dark enough for white text upon it."""
    own = Colour.parse(brand_of(request).brand_colour)
    tints = {step: own.chroma * min(1.0, (1 - lightness) * 2.5) for step, lightness in STEPS.items()}
    return {str(step): f"oklch({STEPS[step]:.3f} {min(tint, 0.2):.3f} {own.hue:.1f})" for step, tint in tints.items()}


def menu(request: HttpRequest) -> list[dict[str, Any]]:
    """The menu: sections with the models that this person may see (the site leaves out all others)."""
    sections: dict[str, list[dict[str, Any]]] = {str(name): [] for name in (PROGRAMME, PEOPLE, BOOKS, SITE)}
    for app in admin.site.get_app_list(request):
        for entry in app["models"]:
            model_admin = admin.site.get_model_admin(entry["model"])
            section = str(getattr(model_admin, "section", PROGRAMME))
            link = {"title": entry["name"], "icon": getattr(model_admin, "icon", "label"), "link": entry["admin_url"]}
            if link["link"]:
                sections.setdefault(section, []).append(link)
    home = {"title": _("Start"), "icon": "home", "link": reverse("admin:index")}
    groups = [{"title": name, "separator": True, "items": items} for name, items in sections.items() if items]
    return [{"items": [home]}, *groups]


def links(request: HttpRequest) -> list[dict[str, Any]]:
    """The links beside one's own name."""
    return [{"title": _("My page"), "link": "/me/"}, {"title": _("Second factor"), "link": reverse("mfa_index")}]


def start_page(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the apps put on the start page."""
    context["figures"] = figures.all(request)
    context["waiting"] = [each for each in waiting.all(request) if each.count]
    context["cards"] = start.shown(request)
    return context
