"""Giving points to a charity, as an amount of money that is right to the cent."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.activities.own import record_own
from core.brand.explanation import Explanation
from core.brand.models import Brand
from core.ledger import spending
from core.ledger.models import Wallet
from core.ledger.releasing import wallet_of
from core.members.models import Member
from core.web.refused import NotOpen, Refused
from rewards import wallets
from rewards.models import Charity, Donation

STEPS = (1, 2, 5, 10)
GAVE = Explanation(gettext_noop("You gave %(points)s to %(charity)s: %(amount)s."))


class AmountChanged(Refused):
    """The points give less than the member was shown."""

    slug = "amount-changed"


def least_points(brand: Brand) -> int:
    """The fewest points that can be given: those that are worth at least one minor unit of the currency.

    Less would be a gift of 0.00, whose worth would show up in somebody else's.
    """
    return -(-brand.points_per_currency_unit // 100)


def refusal_for(charity: Charity, member: Member) -> Refused | None:
    """Why this member cannot give to it now; None when only points decide."""
    if not charity.is_open:
        return NotOpen(_("This charity does not take gifts at the moment."))
    return None if member.is_active else wallets.takes_no_part()


def quote(charity: Charity, *, member: Member, points: int, brand: Brand) -> int:
    """What `points` of the member's would give now, in minor units; raises Refused as `give` would."""
    if refusal := refusal_for(charity, member):
        raise refusal
    spending.check_affordable(wallet_of(member.pk), points)
    return charity.worth(points, brand)[0]


def steps(wallet: Wallet, brand: Brand) -> list[int]:
    """Some round numbers of points to choose from, none more than the wallet holds."""
    unit = max(brand.points_per_currency_unit, least_points(brand))
    return [unit * units for units in STEPS if unit * units <= wallet.available]


def give(
    charity: Charity, *, member: Member, points: int, key: str | None = None, shown: int | None = None
) -> Donation:
    """Give `points` (at least `least_points`) of the member's to the charity.

    The amount is what the points are worth in whole minor units; what is beyond is carried to the charity's next gift,
    so that however a sum is split, the parts add up to it. The same `key` again returns the same donation. `shown` is
    the amount in minor units that the member agreed to: less is refused. Raises Refused and then has taken nothing.
    """
    if done := _done(member, charity, key):
        return done
    if refusal := refusal_for(charity, member):
        raise refusal
    return _give(charity, member, points, key, shown)


@transaction.atomic
def _give(charity: Charity, member: Member, points: int, key: str | None, shown: int | None) -> Donation:
    """The act; wallets are locked before the charity, as everywhere."""
    wallets.hold_of_active(member)
    if done := _done(member, charity, key):
        return done
    brand = Brand.current()
    donation = Donation(
        public_id=uuid4(),
        member=member,
        charity=charity,
        points=points,
        currency=brand.currency,
        rate=brand.points_per_currency_unit,
        key=key,
    )
    donation.amount = charity.receive(points, brand)
    if shown is not None and donation.amount < shown:
        raise AmountChanged(
            _("These points now give %(amount)s. Nothing was taken; please look again.")
            % {"amount": brand.money(donation.amount)}
        )
    why = GAVE.with_values(points={"points": points}, charity=charity.name, amount={"money": donation.amount})
    explanation = replace(why, thing=charity.name)
    spending.donate(member.pk, points, reference=donation.reference, explanation=explanation)
    donation.save(force_insert=True)
    record_own(
        member.pk,
        "points.donated",
        key=donation.reference,
        reference=str(donation.public_id),
        amount=donation.amount,
        data={"charity": charity.slug, "points": points},
    )
    return donation


def _done(member: Member, charity: Charity, key: str | None) -> Donation | None:
    if key is None:
        return None
    return Donation.objects.filter(member=member, charity=charity, key=key).select_related("charity").first()
