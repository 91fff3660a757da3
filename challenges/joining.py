"""Joining a challenge by hand."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from challenges.models import Challenge, Edition, Participation
from challenges.terms import Terms
from core import clock
from core.activities.cascade import Cascade
from core.activities.models import Activity
from core.brand.models import Brand
from core.earning import tiers
from core.members.models import Member
from core.web.refused import NotEligible, NotOpen, Refused

ENDED = _("This challenge has ended.")
NOT_YET = _("This challenge has not begun yet.")
BY_ITSELF = _("There is nothing to join: it begins by itself with the first thing that you do for it.")


def refusal_for(challenge: Challenge, member: Member) -> Refused | None:
    """Why the member cannot join now, or None when nothing stands in the way."""
    if challenge.state != Challenge.State.LIVE:
        return NotOpen(ENDED)
    terms = _edition(challenge).terms
    return not_open(terms) or _not_eligible(terms, member) or _not_for(terms, member)


def not_open(terms: Terms) -> Refused | None:
    """Why nobody can join by these terms now, or None."""
    now = clock.now()
    if terms.ends is not None and terms.ends <= now:
        return NotOpen(ENDED)
    if terms.starts is not None and terms.starts > now:
        return NotOpen(NOT_YET)
    return NotOpen(BY_ITSELF) if terms.automatic else None


def missing(titles: list[str]) -> NotEligible:
    """The refusal that names the challenges to be completed first."""
    return NotEligible(_("Complete this first: %(challenges)s.") % {"challenges": ", ".join(titles)})


def join(member: Member, challenge: Challenge) -> Participation:
    """Let the member take part by the terms in force now; who takes part already keeps the first participation.

    Raises NotOpen, or NotEligible while another challenge has to be completed first or it is for other tiers.
    """
    with transaction.atomic():
        cascade = Cascade.begin(Brand.current(), {member.pk})
        challenge = Challenge.objects.get(pk=challenge.pk)
        joined = Participation.objects.filter(member=member, challenge=challenge).first()
        if joined is not None:
            return joined
        if refusal := refusal_for(challenge, member):
            raise refusal
        joined = Participation.objects.create(
            member=member,
            challenge=challenge,
            edition=_edition(challenge),
            how=Participation.How.BY_HAND,
            joined_at=cascade.now,
        )
        cascade.show(member.pk, "challenge", slug=challenge.slug)
        cascade.run(_since(joined))
    return joined


def _since(joined: Participation) -> list[Activity]:
    """What the member did in the very second of joining, or dated ahead of it, which counts as well: judged again."""
    found = list(
        Activity.objects.counting().filter(
            member=joined.member_id, type__in=joined.terms.kinds, at__gte=joined.counts_from
        )
    )
    for activity in found:
        activity.revised = True
    return found


def _edition(challenge: Challenge) -> Edition:
    return challenge.editions.get(until__isnull=True)


def _not_for(terms: Terms, member: Member) -> NotEligible | None:
    """NotEligible, with what would change it, when the member holds none of the tiers that the terms ask for."""
    if not terms.audience:
        return None
    brand = Brand.current()
    return tiers.refusal_for(terms.audience, tiers.standing_of(member.pk, brand), brand)


def _not_eligible(terms: Terms, member: Member) -> Refused | None:
    if not terms.after:
        return None
    done = Participation.objects.filter(
        member=member, challenge__slug__in=terms.after, state=Participation.State.COMPLETED
    ).values_list("challenge__slug", flat=True)
    titles = Challenge.objects.filter(slug__in=set(terms.after) - set(done)).values_list("title", flat=True)
    return missing(list(titles)) if titles else None
