"""The page that a friend opens: who invites, what both get, and one field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import clock
from core.web.context_processors import brand_of
from referrals import clicks, gate, invitation, preview, trail, visitors
from referrals.codes import normalised, url
from referrals.models import Code
from referrals.terms import Terms


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code that invites now, with the terms in force."""

    code: Code
    terms: Terms

    @property
    def inviter(self) -> str:
        """The inviter's first name, if the inviter has told one."""
        return invitation.shown_name(self.code.member)


def find(text: str) -> Invitation | None:
    """The invitation behind what stands in the address, or None; one query."""
    code = Code.objects.with_terms().filter(code=normalised(text)).first() if normalised(text) else None
    terms = invitation.terms_of(code)
    return Invitation(code, terms) if code is not None and terms is not None else None


@require_safe
@never_cache
def landing(request: HttpRequest, code: str) -> HttpResponse:
    """`/i/<code>/`: two queries and no write; the click is written later, and travels with the visitor."""
    if gate.is_shut(request):
        return _wait(request)
    found = find(code)
    if found is None:
        return _unknown(request)
    if request.user.is_authenticated:
        own = found.code.member_id == request.user.pk
        return render(request, "referrals/landing_member.html", {"found": found, "own": own})
    now = clock.now()
    carried = trail.read(request.GET.get(trail.FIELD)) + trail.of_request(request)
    followed = trail.followed(carried, found.code.code, now, found.terms)
    request.referral_token = trail.sign(followed)  # type: ignore[attr-defined]
    response = render(request, "referrals/landing.html", _told(request, found))
    if visitors.is_opened(request):
        # Whoever asks: a crawler keeps no cookie, and who comes by an unusual browser is invited all the same.
        trail.leave(response, followed, found.terms)
    known = trail.FIELD in request.GET or _clicked_before(carried, found.code.code, now)
    if visitors.is_person(request) and not known:
        clicks.book.note(found.code.pk, visitors.named(request, now))
    return response


@require_safe
def card(request: HttpRequest, code: str) -> HttpResponse:
    """The picture that chat apps show with the link."""
    if gate.is_shut(request):
        return _wait(request)
    found = find(code)
    if found is None:
        return _unknown(request)
    brand = brand_of(request)
    inviter = found.inviter if preview.can_draw(found.inviter) else ""
    headline, offer = preview.headline(inviter, brand.name), preview.offer(found.terms, brand)
    picture = preview.picture(brand.name, brand.brand_colour, headline, offer)
    response = HttpResponse(picture, content_type="image/png")
    response["Cache-Control"] = "public, max-age=3600"
    return response


def _told(request: HttpRequest, found: Invitation) -> dict[str, object]:
    brand = brand_of(request)
    return {
        "found": found,
        "inviter": found.inviter,
        "you_get": invitation.promise_to_you(found.terms, brand) if found.terms.friend_points else "",
        "headline": preview.headline(found.inviter, brand.name),
        "offer": preview.offer(found.terms, brand),
        "address": url(found.code.code),
    }


def _clicked_before(carried: trail.Trail, code: str, now: datetime) -> bool:
    """Whether this very browser opened the link within the hour, from whatever network."""
    return any(step.code == code and now - step.at < trail.AGAIN for step in carried)


def _unknown(request: HttpRequest) -> HttpResponse:
    gate.missed(request)
    return render(request, "referrals/unknown.html", status=404)


def _wait(request: HttpRequest) -> HttpResponse:
    response = render(request, "referrals/wait.html", status=429)
    response["Retry-After"] = str(gate.SECONDS)
    return response
