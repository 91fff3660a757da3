"""Telling members what they must know: on the site always, by mail as each of them chooses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from core import bulk, clock, live
from core.brand.explanation import Explanation
from core.members.models import Notice, NoticeChoice, NoticeMail


@dataclass(frozen=True)
class Kind:
    """One kind of notice: its slug, its name for members, and whether it comes by mail unless they say otherwise."""

    slug: str
    title: Any
    mail: bool


@dataclass(frozen=True)
class Told:
    """What to tell one member.

    `reference` (at most 240 characters) is good for one notice for ever. `url` is the path on this site where more of
    it is seen.
    """

    member_id: int
    kind: str
    reference: str
    explanation: Explanation
    url: str = ""


# What the member has chosen for the kind of a notice, as an expression on the notice's own columns.
CHOSEN = """(
    SELECT choice.mail FROM members_noticechoice choice
    WHERE choice.member_id = members_notice.member_id AND choice.kind = members_notice.kind
)"""

_kinds: dict[str, Kind] = {}


def kind(slug: str, title: Any, *, mail: bool = False) -> Kind:
    """Register a kind of notice, in the AppConfig.ready() of the app that tells it.

    `title` (lazily translated) names it among the member's choices; `mail` is what holds for who has not chosen.
    """
    return _kinds.setdefault(slug, Kind(slug, title, mail))


def kinds() -> list[Kind]:
    """All kinds, in the order in which the apps registered them."""
    return list(_kinds.values())


def named(slug: str) -> Kind | None:
    """The kind of that slug, if an app has registered it."""
    return _kinds.get(slug)


def tell(told: Iterable[Told]) -> list[Notice]:
    """Tell members what they must know, in the caller's transaction; return the notices that are new.

    A reference that was used before, or a moment ago by somebody else, adds nothing. At most two statements, however
    many there are; the mails are written later, by a task. Raises LookupError for a kind that nobody registered.
    """
    now = clock.now()
    said = {each.reference: each for each in told}
    for each in said.values():
        if each.kind not in _kinds:
            raise LookupError(f"There is no kind of notice called {each.kind!r}.")
    with transaction.atomic(savepoint=False):
        rows = [_notice(said[name], now) for name in sorted(said)]
        new = bulk.insert_new(rows, "reference", chosen=CHOSEN)
        bulk.insert([NoticeMail(notice=each) for each in new if _comes_by_mail(each.kind, each.chosen)])
    for member_id in {notice.member_id for notice in new}:
        live.push(member_id, "notices")
    return new


def _notice(told: Told, now: Any) -> Notice:
    return Notice(
        member_id=told.member_id,
        kind=told.kind,
        reference=told.reference,
        message=told.explanation.stored(),
        url=told.url,
        told_at=now,
    )


def wanted_by_mail(pairs: set[tuple[int, str]]) -> set[tuple[int, str]]:
    """Those of `pairs` (member, kind) that come by mail: by the member's choice, else as is usual (one statement)."""
    if not pairs:
        return set()
    members, slugs = zip(*pairs, strict=True)
    choices = NoticeChoice.objects.filter(member__in=set(members), kind__in=set(slugs))
    chosen = {(member, slug): mail for member, slug, mail in choices.values_list("member_id", "kind", "mail")}
    return {(member, slug) for member, slug in pairs if _comes_by_mail(slug, chosen.get((member, slug)))}


def _comes_by_mail(slug: str, chosen: bool | None) -> bool:
    return bool((slug in _kinds and _kinds[slug].mail) if chosen is None else chosen)
