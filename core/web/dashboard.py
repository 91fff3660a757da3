"""A member's dashboard: asked in one statement, put together of pieces that are kept while nothing in them changes.

A piece (a card, or the page around them) is rendered anew when the text of the answers that it is made of is another,
or the day, the language, the zone, or a moment has come at which it said that it changes. So nothing need be told that
it changed, and no change can be forgotten. The answers are asked for on every look: nobody is shown what was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from django.contrib.auth import get_user
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csp import get_nonce
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.crypto import get_random_string
from django.utils.safestring import mark_safe

from core import clock
from core.bulk.questions import Answer, Question
from core.web import along
from core.web.cards import Asking, Look, dashboard
from core.web.kept import Shelf, Text

TEMPLATE = "web/dashboard.html"
FRAME = "frame"
MEMBERS_KEPT = 500  # of some 30 KB each
PLACE = f"<!--{get_random_string(32)}-->"  # where the cards stand in the page around them


@dataclass(frozen=True, slots=True)
class Piece:
    """What was rendered of `key`; `digest` tells it from any other text."""

    key: bytes
    text: Text
    digest: bytes
    changes_at: datetime | None

    def is_fresh(self, key: bytes, now: datetime) -> bool:
        """Whether it would be rendered the same now."""
        return self.key == key and (self.changes_at is None or now < self.changes_at)


Pieces = dict[str, Piece]
# By member: nobody is ever shown what was rendered for another.
kept: Shelf[int, Pieces] = Shelf(MEMBERS_KEPT)


def answer(request: HttpRequest) -> HttpResponse:
    """The dashboard of the member who asks; 304 if their browser has it as it is now."""
    look = _look(request)
    if dashboard.settle(look):
        look = _look(request, anew=True)
    # What is said once is no part of a page that is shown again.
    told = bool(len(get_messages(request)))
    pieces = _pieces(look, told)
    etag = f'W/"{_digest(piece.digest for piece in pieces.values()).hex()}"'
    response = None if told else get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(_filled(request, pieces))
    else:
        # The scripts of the page that the browser kept carry the nonce of the policy that came with it.
        response._csp_config = {}  # type: ignore[attr-defined]
    if not told:
        response["ETag"] = etag
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ["HX-Request"])
    return response


@along.page("/")
def _asked(_match: object) -> along.Along:
    return along.Along(dashboard.questions, members=True)


def _look(request: HttpRequest, *, anew: bool = False) -> Look:
    """What the page shows: as it was asked together with the member, else asked now, and the member with it."""
    found: Answer | None = getattr(request.user, "answer", None)
    if anew or found is None or any(question not in found for question in dashboard.questions):
        with along.asked(along.of("/")):
            member: Any = get_user(request)
        request.user, found = member, member.answer
    assert found is not None
    return Look(request, found, clock.now())


def _pieces(look: Look, told: bool) -> Pieces:
    """The page around the cards and the cards, as far as they are kept, and the rest anew."""
    member_id: int = look.request.user.pk  # type: ignore[assignment]
    shelf = kept.get(member_id) or {}
    whose = _whose(look)
    key = _digest([*whose, *_told(look, dashboard.framed)])
    frame = shelf.get(FRAME)
    if told or frame is None or not frame.is_fresh(key, look.now):
        frame = _frame(look, key)
    pieces = {FRAME: frame} | {card.name: _card(look, card, shelf.get(card.name), whose) for card in dashboard.cards}
    if not told and any(shelf.get(name) is not piece for name, piece in pieces.items()):
        kept.put(member_id, pieces)
    return pieces


def _card(look: Look, card: Asking, piece: Piece | None, whose: list[bytes]) -> Piece:
    key = _digest([*whose, *_told(look, card.questions)])
    if piece is not None and piece.is_fresh(key, look.now):
        return piece
    look.changes_at = None
    shown = card.show(look)
    text = render_to_string(shown[0], shown[1], look.request).strip() + "\n" if shown else ""
    return _piece(look, key, Text.cut(text, nonce=_nonce(look.request)), look.changes_at)


def _frame(look: Look, key: bytes) -> Piece:
    text = render_to_string(TEMPLATE, {"shown": mark_safe(PLACE)}, look.request)
    return _piece(look, key, Text.cut(text, cards=PLACE, nonce=_nonce(look.request)), None)


def _piece(look: Look, key: bytes, text: Text, changes_at: datetime | None) -> Piece:
    if look.request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
        raise ValueError("A form with a token of its own cannot stand on a page that is kept.")
    return Piece(key, text, _digest(part.encode() for part in (*text.parts, *text.holes)), changes_at)


def _filled(request: HttpRequest, pieces: Pieces) -> str:
    nonce = _nonce(request)
    frame, *cards = pieces.values()
    return frame.text.filled(nonce=nonce, cards="".join(card.text.filled(nonce=nonce) for card in cards))


def _nonce(request: HttpRequest) -> str:
    nonce = get_nonce(request)  # which is false until it is looked at
    return "" if nonce is None else str(nonce)


def _whose(look: Look) -> list[bytes]:
    """What every piece depends on: who looks, the brand, the language, the zone, and the day for both."""
    brand = look.brand
    theirs = timezone.get_current_timezone()
    days = (look.now.astimezone(zone).date().isoformat() for zone in (brand.zone, theirs))
    of_themselves = [question for question in look.answer if question not in dashboard.questions]
    said = [str(look.request.user.pk), brand.told, translation.get_language() or "", str(theirs), *days]
    return [*(text.encode() for text in said), *_told(look, of_themselves)]


def _told(look: Look, questions: Iterable[Question[Any]]) -> list[bytes]:
    return [look.answer.text(question).encode() for question in questions]


def _digest(parts: Iterable[bytes]) -> bytes:
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(len(part).to_bytes(8))
        digest.update(part)
    return digest.digest()
