"""Who invited the newcomer: the typed code, else the link by the form or the mail, else the link by the cookie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.activities.models import Activity
from core.members.models import Member
from referrals import trail
from referrals.codes import normalised
from referrals.models import Code, Referral, ReferralTerms
from referrals.terms import Terms
from referrals.wording import REFUSED

MatchedBy = Referral.MatchedBy


@dataclass(frozen=True, slots=True)
class Candidate:
    """A code that the newcomer brought, and how."""

    code: str
    matched_by: MatchedBy
    clicked_at: datetime | None = None


def candidates(carried: object, joined_at: datetime, terms: Terms) -> Iterator[Candidate]:
    """What the newcomer carried, in the order in which it is tried; forged and outdated things are left out."""
    if not isinstance(carried, Mapping):
        return
    if code := normalised(carried.get("referral_code")):
        yield Candidate(code, MatchedBy.CODE)
    for name, matched_by in (("referral_token", MatchedBy.TOKEN), ("referral_cookie", MatchedBy.COOKIE)):
        steps = trail.within(trail.read(carried.get(name)), joined_at, terms)
        for step in trail.by_rule(steps, terms):
            yield Candidate(step.code, matched_by, step.at)


def codes_in(data: Iterable[Mapping[str, Any]]) -> set[str]:
    """All codes that these facts of joining carry, valid or not, to know whose wallets may move."""
    found: set[str] = set()
    for facts in data:
        carried = facts.get("carried")
        if not isinstance(carried, Mapping):
            continue
        found.add(normalised(carried.get("referral_code")))
        for name in ("referral_token", "referral_cookie"):
            found.update(step.code for step in trail.read(carried.get(name)))
    return found - {""}


def attribute(joinings: Sequence[Activity]) -> list[Referral]:
    """Record who invited each of these newcomers, refused ones included, and return the new referrals.

    Nothing is recorded while there are no terms, for who carried nothing valid, and for who has an inviter already.
    Five statements, however many newcomers.
    """
    brought = codes_in(activity.data for activity in joinings)
    terms = ReferralTerms.in_force() if brought else None
    if terms is None:
        return []
    codes = {code.code: code for code in Code.objects.filter(code__in=brought).select_related("member")}
    members = {activity.member_id for activity in joinings}
    friends = {friend.pk: friend for friend in Member.objects.filter(pk__in=members, referral=None)}
    found = []
    for activity in joinings:
        friend = friends.pop(activity.member_id, None)
        if friend is None:
            continue
        for candidate in candidates(activity.data.get("carried"), friend.joined_at, terms):
            code = codes.get(candidate.code)
            if code and _came_first(code.member, friend):
                found.append(_referral(code, friend, candidate, terms))
                break
    _refuse(found)
    return Referral.objects.bulk_create(found)


def _came_first(referrer: Member, friend: Member) -> bool:
    return (referrer.joined_at, referrer.pk) < (friend.joined_at, friend.pk)


def _referral(code: Code, friend: Member, candidate: Candidate, terms: Terms) -> Referral:
    return Referral(
        referrer=code.member,
        friend=friend,
        code=code.code,
        matched_by=candidate.matched_by,
        clicked_at=candidate.clicked_at,
        referrer_joined_at=code.member.joined_at,
        joined_at=friend.joined_at,
        terms=terms.stored(),
        awaits=terms.qualifying.awaits,
        cap_per=terms.cap_per if terms.cap_count else "",
        qualify_until=terms.qualify_until(friend.joined_at),
    )


def _refuse(found: Sequence[Referral]) -> None:
    """Refuse those whose friend is the inviter, or was a member already, behind another spelling of the address."""
    if not found:
        return
    identities = {referral.friend.identity for referral in found}
    known: dict[str, list[Member]] = {}
    for member in Member.objects.filter(identity__in=identities, claimed=True):
        known.setdefault(member.identity, []).append(member)
    for referral in found:
        if referral.friend.identity == referral.referrer.identity:
            referral.refusal = Referral.Refusal.SELF
        elif any(_came_first(member, referral.friend) for member in known[referral.friend.identity]):
            referral.refusal = Referral.Refusal.MEMBER
        if referral.refusal:
            referral.state = Referral.State.REFUSED
            referral.why = REFUSED[Referral.Refusal(referral.refusal)].referrer.stored()
