"""The page that a friend opens: who invites, what both get, and one field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csp import get_nonce
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import clock
from core.bulk.questions import Answer, Question, Questions
from core.web import along
from core.web.context_processors import brand_of
from core.web.kept import Shelf, Text
from referrals import clicks, gate, invitation, preview, trail, visitors
from referrals.codes import normalised, url
from referrals.models import Code
from referrals.terms import Terms


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code that invites now, with the terms in force."""

    code: Code
    terms: Terms
    told: str  # the text that changes with any of it

    @property
    def inviter(self) -> str:
        """The inviter's first name, if the inviter has told one."""
        return invitation.shown_name(self.code.member)


def _named(code: str) -> Any:
    return Code.objects.with_terms().filter(code=code)


CODE: Question[Code] = Question(_named)
_alone = Questions(CODE)


@along.page("/i/([^/]+)/")
def _asked(match: re.Match[str]) -> along.Along:
    return along.Along((CODE,), {"code": normalised(match[1])})


CODES_KEPT = 500
_found: Shelf[str, Invitation] = Shelf(CODES_KEPT)  # by what was told of it
# By code: of what it was rendered, and the page as every stranger who reads that language sees it.
kept: Shelf[tuple[str, str], tuple[tuple[str, str], Text]] = Shelf(CODES_KEPT)


def find(text: str, answer: Answer | None = None) -> Invitation | None:
    """The invitation behind what stands in the address, or None; one query, if `answer` does not know it already."""
    if answer is None or CODE not in answer:
        answer = _alone.ask(code=normalised(text))
    told = answer.text(CODE)
    found = _found.get(told)
    if found is None:
        code = answer.first(CODE)
        terms = invitation.terms_of(code)
        if code is None or terms is None:
            return None
        found = Invitation(code, terms, told)
        _found.put(told, found)
    return found


@require_safe
@never_cache
def landing(request: HttpRequest, code: str) -> HttpResponse:
    """`/i/<code>/`: one query for strangers and no write; the click is written later, and travels with the visitor."""
    if gate.is_shut(request):
        return _wait(request)
    found = find(code, getattr(request, "answer", None))
    if found is None:
        return _unknown(request)
    if request.user.is_authenticated:
        own = found.code.member_id == request.user.pk
        return render(request, "referrals/landing_member.html", {"found": found, "own": own})
    now = clock.now()
    carried = trail.read(request.GET.get(trail.FIELD)) + trail.of_request(request)
    followed = trail.followed(carried, found.code.code, now, found.terms)
    signed = trail.sign(followed)
    response = HttpResponse(_page(request, found, signed))
    if visitors.is_opened(request):
        # Whoever asks: a crawler keeps no cookie, and who comes by an unusual browser is invited all the same.
        trail.leave(response, signed, found.terms)
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


def _page(request: HttpRequest, found: Invitation, signed: str) -> str:
    """The page, rendered anew only when something of it has changed; what is this visitor's alone is put in last."""
    own = {"nonce": str(get_nonce(request)), "csrf": get_token(request), "trail": signed}
    if len(get_messages(request)):
        return _rendered(request, found, own)
    place = (found.code.code, get_language() or "")
    made_of = (found.told, brand_of(request).told)
    page = kept.get(place)
    if page is None or page[0] != made_of:
        page = (made_of, Text.cut(_rendered(request, found, own), **own))
        kept.put(place, page)
    return page[1].filled(**own)


def _rendered(request: HttpRequest, found: Invitation, own: dict[str, str]) -> str:
    request.referral_token = own["trail"]  # type: ignore[attr-defined]
    context = {**_told(request, found), "csrf_token": own["csrf"]}
    return render_to_string("referrals/landing.html", context, request)


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
