"""The pages of challenges and badges."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from challenges import joining
from challenges.models import Challenge, Contribution
from challenges.shelf import Place, shelf
from challenges.standing import Standing, of_visit, standings
from core.web.context_processors import brand_of
from core.web.page import respond, wants_fragment

MOST_CONTRIBUTIONS = 50


@require_safe
def challenges(request: HttpRequest) -> HttpResponse:
    """`/challenges/`: what is under way, what is open, what is still locked, what is done."""
    found = of_visit(request)
    groups = {
        "under_way": sorted((one for one in found if one.state == "joined"), key=lambda one: -one.share),
        "open": [one for one in found if one.state == "open"],
        "locked": [one for one in found if one.state in ("locked", "upcoming")],
        "completed": [one for one in found if one.state == "completed"],
        "expired": [one for one in found if one.state == "expired"],
    }
    return respond(request, "challenges/challenges.html", groups)


@require_safe
def challenge(request: HttpRequest, slug: str) -> HttpResponse:
    """`/challenges/<slug>/`: why, the tasks with their bars, the prize, the terms, and what counted."""
    return respond(request, "challenges/challenge.html", _page(request, slug), fragment="participation")


@require_POST
def participation(request: HttpRequest, slug: str) -> HttpResponse:
    """Join the challenge, and show the same page or its part again."""
    found = get_object_or_404(Challenge.objects.published(), slug=slug)
    if not request.user.is_authenticated:
        return redirect_to_login(found.get_absolute_url())
    joining.join(request.user, found)
    if wants_fragment(request):
        return respond(request, "challenges/challenge.html", _page(request, slug), fragment="participation")
    messages.success(request, _("You have joined: %(challenge)s.") % {"challenge": found.title})
    return HttpResponseRedirect(found.get_absolute_url(), status=303)


@require_safe
def badges(request: HttpRequest) -> HttpResponse:
    """`/badges/`: the shelf."""
    places = shelf(request.user.pk, of_visit(request), brand_of(request))
    context = {"places": places, "earned": sum(place.earned for place in places)}
    return respond(request, "challenges/badges.html", context, fragment="badges")


@require_safe
def badge(request: HttpRequest, slug: str) -> HttpResponse:
    """`/badges/<slug>/`: one badge, and when it was earned or what it still asks."""
    return respond(request, "challenges/badge.html", {"place": _place(request, slug)})


def _page(request: HttpRequest, slug: str) -> dict[str, object]:
    standing = _standing(request, slug)
    counted: list[Contribution] = []
    if standing.row is not None:
        facts = Contribution.objects.filter(participation=standing.row).select_related("activity")
        counted = list(facts.order_by("-activity__at", "-pk")[:MOST_CONTRIBUTIONS])
    return {"standing": standing, "counted": counted, "refusal": standing.refusal()}


def _standing(request: HttpRequest, slug: str) -> Standing:
    found = standings(request.user.pk, brand_of(request), slug=slug)
    if not found:
        raise Http404
    return found[0]


def _place(request: HttpRequest, slug: str) -> Place:
    places = shelf(request.user.pk, of_visit(request), brand_of(request), slug)
    if not places:
        raise Http404
    return places[0]
