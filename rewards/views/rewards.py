"""The catalogue, one reward with its dates, and booking one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.members.asking import member_or_none
from core.web.page import respond
from rewards import booking as process
from rewards import catalogue
from rewards.forms import BookingForm
from rewards.models import Redemption, Reward


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All rewards, and the member's own tickets."""
    member = member_or_none(request)
    tickets = Redemption.objects.of(member).upcoming().select_related("reward", "session")[:20] if member else []
    return respond(request, "rewards/rewards.html", {"offers": catalogue.offers(member), "tickets": list(tickets)})


@require_safe
def reward(request: HttpRequest, slug: str) -> HttpResponse:
    """One reward: its dates, seats, place and terms."""
    found = get_object_or_404(Reward.objects.visible(), slug=slug)
    return respond(request, "rewards/reward.html", _page(request, found, BookingForm()))


@require_POST
def booking(request: HttpRequest, slug: str) -> HttpResponse:
    """Book the session that the form names, and show its ticket."""
    found = get_object_or_404(Reward.objects.visible(), slug=slug)
    member = member_or_none(request)
    if member is None:
        return redirect_to_login(found.get_absolute_url())
    form = BookingForm(request.POST)
    if not form.is_valid():
        return respond(request, "rewards/reward.html", _page(request, found, form), status=422)
    session = get_object_or_404(found.sessions.select_related("reward"), slug=form.cleaned_data["session"])
    redemption = process.book(session, member=member, key=form.cleaned_data["key"])
    messages.success(request, _("Your seat is booked. This is your ticket."))
    return HttpResponseRedirect(redemption.get_absolute_url(), status=303)


def _page(request: HttpRequest, found: Reward, form: BookingForm) -> dict[str, Any]:
    return {"offer": catalogue.offer(found, member_or_none(request)), "reward": found, "form": form}
