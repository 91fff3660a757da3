"""A person joins: their wallet opens, the site records it, and what was parked for their e-mail counts now."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from core import bulk, clock
from core.activities import kinds
from core.activities.cascade import Cascade, site_id
from core.activities.happening import Happening
from core.activities.holding import hold_emails
from core.activities.models import Activity
from core.brand.models import Brand
from core.ledger.posting import open_wallets
from core.members.models import Member


@transaction.atomic
def welcome(member: Member, carried: Mapping[str, str] | None = None) -> None:
    """Record that `member`, just created in this transaction, joined, with everything that follows from it.

    `carried` is what came with the person through signing up, such as a referral code; whoever knows the names reads
    it from the activity. Doing it twice is harmless.
    """
    hold_emails([member.email])
    open_wallets([member.pk])
    key = f"joined:{member.pk}"
    if Activity.objects.filter(source_id=site_id(), external_id=key).exists():
        return
    brand = Brand.current()
    data = {"carried": dict(carried)} if carried else {}
    said = Happening(site_id(), key, kinds.MEMBER_JOINED, member.joined_at, email=member.email, data=data)
    cascade = Cascade.begin(brand, {member.pk}, [said])
    joined = Activity.objects.create(
        source_id=said.source_id,
        external_id=key,
        type=said.type,
        member=member,
        email=member.email,
        data=data,
        at=said.at,
        received_at=clock.now(),
        version=brand.version,
    )
    cascade.run([joined, *_parked(member)])


def _parked(member: Member) -> list[Activity]:
    """What was kept for this e-mail becomes the member's, and so do the refunds of their orders, whoever they name."""
    parked = list(
        Activity.objects.select_for_update(of=("self",))
        .filter(email=member.email, status=Activity.Status.PARKED)
        .exclude(type=kinds.ORDER_REFUNDED)
        .order_by("pk")
    )
    refunds = list(
        Activity.objects.filter(
            type=kinds.ORDER_REFUNDED, status=Activity.Status.PARKED, cause__in=[fact.pk for fact in parked]
        )
    )
    for fact in [*parked, *refunds]:
        fact.member, fact.status = member, Activity.Status.ACCEPTED
    bulk.update([*parked, *refunds], ["member", "status"])
    return parked
