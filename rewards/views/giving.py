"""The charities, one of them with its form, and the gift itself in two steps: how much, and yes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.brand.models import Brand
from core.ledger.releasing import wallet_of
from core.members.asking import member_of, member_or_none
from core.web.page import respond
from rewards import giving, lapsing
from rewards.forms import GivingForm, LapseForm, new_key
from rewards.models import Charity, Donation


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All charities that can be given to, with what each has been given."""
    return respond(request, "rewards/charities.html", {"charities": list(Charity.objects.open())})


@require_safe
def charity(request: HttpRequest, slug: str) -> HttpResponse:
    """One charity and the form to give to it; htmx asks with `?points=` for what that many are worth."""
    found = get_object_or_404(Charity.objects.visible(), slug=slug)
    brand = Brand.current()
    form = GivingForm(request.GET if "points" in request.GET else None, brand=brand)
    return respond(request, "rewards/charity.html", _page(request, found, form, brand), fragment="worth")


@require_POST
def donations(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask once more with the amount in money, and on yes give it."""
    found = get_object_or_404(Charity.objects.visible(), slug=slug)
    member = member_or_none(request)
    if member is None:
        return redirect_to_login(found.get_absolute_url())
    brand = Brand.current()
    form = GivingForm(request.POST, brand=brand)
    if not form.is_valid():
        return respond(request, "rewards/charity.html", _page(request, found, form, brand), status=422)
    said = form.cleaned_data
    if not said["confirmed"]:
        amount = giving.quote(found, member=member, points=said["points"], brand=brand)
        context = {"charity": found, "points": said["points"], "amount": amount, "key": said["key"] or new_key()}
        return respond(request, "rewards/confirm.html", context)
    given = giving.give(found, member=member, points=said["points"], key=said["key"], shown=said["amount"])
    return HttpResponseRedirect(reverse("rewards:donation", args=[found.slug, given.public_id]), status=303)


@require_safe
@login_required
def donation(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """The thank-you for one gift, for who gave it."""
    mine = Donation.objects.filter(member=request.user.pk, charity__slug=slug).select_related("charity")
    return respond(request, "rewards/thanks.html", {"donation": get_object_or_404(mine, public_id=public_id)})


@require_POST
@login_required
def lapse(request: HttpRequest) -> HttpResponse:
    """Choose the charity that gets one's points when they expire."""
    form = LapseForm(request.POST)
    if not form.is_valid():
        raise Http404
    charity = get_object_or_404(Charity.objects.visible(), slug=form.cleaned_data["charity"])
    lapsing.choose(charity, member=member_of(request))
    messages.success(request, _("Should points of yours expire, they go to %(name)s.") % {"name": charity.name})
    return HttpResponseRedirect(reverse("wallet"), status=303)


def _page(request: HttpRequest, found: Charity, form: GivingForm, brand: Brand) -> dict[str, Any]:
    member = member_or_none(request)
    wallet = wallet_of(member.pk) if member else None
    context = {"charity": found, "form": form, "wallet": wallet}
    if wallet:
        context["steps"] = giving.steps(wallet, brand)
    if form.is_bound and form.is_valid():
        context["amount"] = found.worth(form.cleaned_data["points"], brand)[0]
        context["points"] = form.cleaned_data["points"]
    return context
