"""What an invitation looks like from both sides: the inviter's page, the friend's own part, the counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from core import clock
from core.brand.models import Brand
from core.ledger.models import Lot
from core.members.models import Member
from referrals import clicks, wording
from referrals.models import Code, Referral
from referrals.terms import Terms

PAGE = 20
Reward = Referral.Reward
State = Referral.State


@dataclass(frozen=True, slots=True)
class Step:
    """One step on a friend's way: `state` is done, now or todo; with the day on which it was done or is over."""

    text: str
    state: str
    at: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Friend:
    """A friend as the inviter may see one: never by e-mail. `why` says what stands against a reward."""

    name: str
    joined_at: datetime
    steps: list[Step]
    tone: str
    word: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of a member's invitations, as the contract defines the words."""

    clicks: int = 0
    joined: int = 0
    qualified: int = 0
    pending: int = 0


def shown_name(member: Member) -> str:
    """The first word of what the member chose to be called; empty for none, and for what might be an address."""
    words = member.alias.split()
    return "" if not words or "@" in member.alias or not member.is_active else words[0]


def code_of(member: Member) -> Code | None:
    """The member's code with the terms in force (`terms_now`), in one query."""
    return Code.objects.with_terms().filter(member=member).first()


def terms_of(code: Code | None) -> Terms | None:
    """The terms that came with a code; None while nobody can be invited."""
    return Terms.restored(code.terms_now) if code is not None and code.terms_now else None


def counts(member_id: int, code_id: int | None) -> Counts:
    """How many clicked, joined and were not refused, qualified, and wait for their reward; three queries."""
    standing = Referral.objects.standing().filter(referrer_id=member_id)
    found = standing.aggregate(joined=Count("pk"), qualified=Count("pk", filter=Q(state=State.QUALIFIED)))
    return Counts(
        clicks=clicks.of(code_id) if code_id else 0,
        joined=found["joined"],
        qualified=found["qualified"],
        pending=on_hold(member_id).count(),
    )


def on_hold(member_id: int) -> Any:
    """The member's rewards for friends that are not spendable yet."""
    held = Lot.objects.filter(member_id=member_id, group="referral:referrer", points__gt=0)
    return held.filter(held_until__gt=clock.now())


def friends(member_id: int, brand: Brand, *, before: int | None = None) -> tuple[list[Friend], int | None]:
    """A page of the member's friends, the latest first, and from where the next page goes on; two queries."""
    rows = Referral.objects.filter(referrer_id=member_id).select_related("friend").order_by("-pk")
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    older = found[PAGE - 1].pk if len(found) > PAGE else None
    found = found[:PAGE]
    held = _held(found)
    return [_friend(referral, brand, held.get(referral.cause("referrer"))) for referral in found], older


def _held(referrals: Iterable[Referral]) -> dict[str, datetime]:
    causes = [referral.cause("referrer") for referral in referrals]
    lots = Lot.objects.filter(cause__in=causes, held_until__gt=clock.now(), points__gt=0)
    return {lot.cause: lot.held_until for lot in lots if lot.held_until}


def _friend(referral: Referral, brand: Brand, held_until: datetime | None) -> Friend:
    alias = referral.friend.alias
    why = referral.explanation.text(brand)
    tone, word = _pill(referral, held_until)
    return Friend(
        name=alias if alias and "@" not in alias and referral.friend.is_active else "",
        joined_at=referral.joined_at,
        steps=_steps(referral, brand, held_until),
        tone=tone,
        word=word,
        why=why,
    )


def _pill(referral: Referral, held_until: datetime | None) -> tuple[str, str]:
    if referral.state == State.REFUSED:
        return "bad", _("Not rewarded")
    if referral.state == State.JOINED:
        return ("bad", _("Too late")) if referral.expired(clock.now()) else ("wait", _("Under way"))
    if referral.referrer_reward == Reward.CAPPED:
        return "wait", _("Above the limit")
    if held_until:
        return "wait", _("Pending")
    return "good", _("Rewarded")


def _steps(referral: Referral, brand: Brand, held_until: datetime | None) -> list[Step]:
    """Joined, qualified, rewarded: what is done, what is next, and until when."""
    joined = Step(_("Joined"), "done", at=referral.joined_at)
    if referral.state == State.REFUSED:
        return [joined]
    terms = referral.frozen
    over = referral.expired(clock.now())
    qualified = referral.state == State.QUALIFIED
    asked = Step(
        terms.qualifying.step(brand),
        "done" if qualified else "todo" if over else "now",
        at=referral.qualified_at,
        until=None if qualified else referral.qualify_until,
    )
    steps = [joined] if terms.by == "joining" and qualified else [joined, asked]
    if not terms.referrer_points or over or referral.referrer_reward == Reward.CAPPED:
        return steps
    points = brand.points(terms.referrer_points)
    text = _("%(points)s for you") % {"points": points}
    state = "now" if held_until else "done" if referral.referrer_reward == Reward.EARNED else "todo"
    return [*steps, Step(text, state, until=held_until)]


@dataclass(frozen=True, slots=True)
class OwnPart:
    """How the member came in by somebody's invitation: what is to be done by when, or why it brings nothing."""

    sentence: str
    until: datetime | None = None
    tone: str = ""


def own_part(member: Member, brand: Brand) -> OwnPart | None:
    """The member's own side of an invitation, while there is something to say about it; one query."""
    return own_part_of(Referral.objects.filter(friend=member).first(), brand)


def own_part_of(referral: Referral | None, brand: Brand) -> OwnPart | None:
    """The same of the referral that brought the member, if one did."""
    if referral is None:
        return None
    if referral.state == State.REFUSED:
        return OwnPart(wording.REFUSED[Referral.Refusal(referral.refusal)].friend.text(brand), tone="bad")
    terms = referral.frozen
    if referral.state == State.QUALIFIED or not terms.friend_points:
        return None
    values = {"points": brand.points(terms.friend_points), "condition": terms.qualifying.you_do(brand)}
    if referral.expired(clock.now()):
        return OwnPart(_("The time in which the invitation could bring you %(points)s is over.") % values)
    if referral.friend_reward == Reward.REVERSED:
        why = referral.explanation.text(brand)
        return OwnPart(why + " " + _("You get %(points)s as soon as %(condition)s.") % values, referral.qualify_until)
    return OwnPart(_("You get %(points)s as soon as %(condition)s.") % values, referral.qualify_until, "good")


def promise_to_inviter(terms: Terms, brand: Brand) -> str:
    """What the inviter gets, in a plain sentence."""
    if not terms.referrer_points:
        return _("You get the good feeling, and nothing else.")
    return _("You get %(points)s as soon as %(condition)s.") % {
        "points": brand.points(terms.referrer_points),
        "condition": terms.qualifying.friend_does(brand),
    }


def promise_to_friend(terms: Terms, brand: Brand) -> str:
    """What the friend gets, said to the inviter."""
    return _("Your friend gets %(points)s then.") % {"points": brand.points(terms.friend_points)}


def promise_to_you(terms: Terms, brand: Brand) -> str:
    """What the friend gets, said to the friend."""
    return _("You get %(points)s as soon as %(condition)s.") % {
        "points": brand.points(terms.friend_points),
        "condition": terms.qualifying.you_do(brand),
    }
