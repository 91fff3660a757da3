"""Points that expire go to a charity: the one that the member chose, else the first that is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from uuid import uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import bulk, clock
from core.brand.explanation import Explanation
from core.brand.models import Brand
from core.ledger.expiry import Gift, Lapsed
from core.members.models import Member
from core.web.refused import NotOpen
from rewards.giving import least_points
from rewards.models import Charity, Donation, LapseChoice

LAPSED = Explanation(gettext_noop("%(points)s expired, as you had been told, and went to %(charity)s: %(amount)s."))


def choose(charity: Charity, *, member: Member) -> None:
    """Let the member's points go to this charity when they expire. Raises NotOpen."""
    if not charity.is_open:
        raise NotOpen(_("This charity does not take gifts at the moment."))
    LapseChoice.objects.update_or_create(member=member, defaults={"charity": charity})


def chosen(member_ids: Iterable[int]) -> dict[int, Charity]:
    """To which charity each of these members' points would go now; none for anybody while none is open."""
    default = Charity.objects.open().order_by("position", "pk").first()
    if default is None:
        return {}
    found = _choices(member_ids)
    return {member_id: found.get(member_id, default) for member_id in member_ids}


def choice_of(member_id: int) -> Charity | None:
    """The open charity that this member chose; None for who leaves it to the brand."""
    return _choices([member_id]).get(member_id)


def _choices(member_ids: Iterable[int]) -> dict[int, Charity]:
    choices = LapseChoice.objects.filter(member__in=list(member_ids), charity__state=Charity.State.OPEN)
    return {choice.member_id: choice.charity for choice in choices.select_related("charity")}


class Charities:
    """Takes points that end, for the books."""

    def names(self, member_ids: set[int]) -> dict[int, str]:
        """The charity of each member."""
        return {member_id: charity.name for member_id, charity in chosen(member_ids).items()}

    def receive(self, lapsed: Iterable[Lapsed], brand: Brand) -> dict[int, Gift]:
        """Give each to its charity, right to the cent; what is worth less than a minor unit goes to nobody.

        The charities are locked in the order of their keys, after the wallets, as everywhere.
        """
        enough = [each for each in lapsed if each.points >= least_points(brand)]
        whose = chosen({each.member_id for each in enough})
        by_charity: dict[int, list[Lapsed]] = defaultdict(list)
        for each in enough:
            if each.member_id in whose:
                by_charity[whose[each.member_id].pk].append(each)
        locked = Charity.objects.open().select_for_update().filter(pk__in=list(by_charity)).order_by("pk")
        charities = {charity.pk: charity for charity in locked}
        gifts: dict[int, Gift] = {}
        donations: list[Donation] = []
        for key, theirs in by_charity.items():
            if (charity := charities.get(key)) is not None:
                for each in theirs:
                    donation = _donation(charity, each, brand)
                    donations.append(donation)
                    gifts[each.key] = Gift(donation.reference, _why(donation, charity))
        bulk.insert(donations)
        bulk.update(list(charities.values()), ["points", "amount", "remainder", "rate"])
        return gifts


def _donation(charity: Charity, lapsed: Lapsed, brand: Brand) -> Donation:
    return Donation(
        public_id=uuid4(),
        member_id=lapsed.member_id,
        charity=charity,
        points=lapsed.points,
        amount=charity.add(lapsed.points, brand),
        currency=brand.currency,
        rate=brand.points_per_currency_unit,
        at=clock.now(),
    )


def _why(donation: Donation, charity: Charity) -> Explanation:
    why = LAPSED.with_values(
        points={"points": donation.points}, charity=charity.name, amount={"money": donation.amount}
    )
    return replace(why, thing=charity.name)
