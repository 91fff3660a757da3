"""What must always be true of invitations."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import CharField, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, Concat

from core.activities import kinds
from core.activities.models import Activity
from core.audit import law
from core.ledger.models import Lot
from referrals import codes
from referrals.models import Code, Referral

Reward = Referral.Reward
BATCH = 1000


@law("referral-rewards", "Each side of a referral has what its frozen terms give for its state, from when it qualified")
def rewards() -> Iterator[str]:
    """Compare the lots of both sides with the frozen terms."""
    for side in ("referrer", "friend"):
        cause = Concat(Value("referral:"), Cast(OuterRef("pk"), CharField()), Value(f":{side}"))
        lot = Lot.objects.filter(cause=cause, member_id=OuterRef(f"{side}_id"))
        given, since = Coalesce(Subquery(lot.values("points")), 0), Subquery(lot.values("at"))
        found = Referral.objects.annotate(points=given, since=since)
        for referral in found.iterator(BATCH):
            earned = getattr(referral, f"{side}_reward") == Reward.EARNED
            due = getattr(referral.frozen, f"{side}_points") if earned else 0
            if referral.points != due:
                yield f"Referral {referral.pk} gave its {side} {referral.points} points instead of {due}."
            elif due and referral.since != referral.qualified_at:
                yield f"Referral {referral.pk} rewards its {side} from {referral.since}, when it had not qualified."


@law("referral-strays", "No points were given for a referral that does not exist")
def strays() -> Iterator[str]:
    """Look for lots of referrals that belong to nobody's referral."""
    lots = Lot.objects.filter(cause__startswith="referral:", points__gt=0)
    given = lots.aggregate(points=Sum("points"))["points"] or 0
    due = 0
    for side in ("referrer", "friend"):
        for referral in Referral.objects.filter(**{f"{side}_reward": Reward.EARNED}).iterator(BATCH):
            due += getattr(referral.frozen, f"{side}_points")
    if given != due:
        yield f"All referrals together gave {given} points instead of {due}."


@law("referral-qualified", "A referral is qualified by a fact that counts, in time, of the friend's own")
def qualified() -> Iterator[str]:
    """Check what each qualified referral rests on."""
    for referral in Referral.objects.qualified().select_related("activity").iterator(BATCH):
        fact = referral.activity
        if fact is None:
            yield f"Referral {referral.pk} is qualified by nothing."
            continue
        own = fact.member_id == referral.friend_id and fact.at == referral.qualified_at
        if not (referral.in_time(fact) and own and referral.frozen.qualifying.met_by(fact)):
            yield f"Referral {referral.pk} is qualified by activity {fact.pk}, which does not qualify it."


@law("referral-parties", "Nobody invited themselves, and whoever invites was there first")
def parties() -> Iterator[str]:
    """Compare the parties with the members as they are."""
    wrong = Q(referrer=F("friend")) | Q(referrer__joined_at__gt=F("friend__joined_at"))
    for pk in Referral.objects.filter(wrong).values_list("pk", flat=True).iterator(BATCH):
        yield f"Referral {pk} names an inviter who came after the friend."
    alike = Referral.objects.standing().filter(referrer__identity=F("friend__identity"))
    for pk in alike.values_list("pk", flat=True).iterator(BATCH):
        yield f"Referral {pk} was not refused though both are one mailbox."


@law("referral-codes", "Every code is well-formed, and everybody who joined has one")
def well_formed() -> Iterator[str]:
    """Check the alphabet of each code, and that none is missing."""
    for code in Code.objects.iterator(BATCH):
        if codes.normalised(code.code) != code.code:
            yield f"The code {code.code!r} of member {code.member_id} is not a code."
    joined = Activity.objects.filter(type=kinds.MEMBER_JOINED, void=False, member__referral_code=None)
    for member_id in joined.values_list("member_id", flat=True).iterator(BATCH):
        yield f"Member {member_id} joined and has no code."
