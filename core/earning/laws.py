"""The laws of tiers, as `audit` checks them."""

from __future__ import annotations

from collections.abc import Iterator

from core import clock
from core.audit import breaches, law
from core.brand.models import Brand
from core.earning import tiers
from core.earning.editions import compiled
from core.earning.models import MemberTier, Tiers
from core.earning.tiering import lowest
from core.ledger.models import Wallet

CHUNK = 2000
# The last step that was not taken back, in the order of what caused them, against what is kept.
_HISTORY = """
    SELECT t.member_id, t.level FROM earning_membertier t LEFT JOIN (
        SELECT member_id, level, since, ROW_NUMBER() OVER (PARTITION BY member_id ORDER BY since DESC) AS place FROM (
            SELECT member_id, level, since, void,
                ROW_NUMBER() OVER (PARTITION BY member_id, level, since ORDER BY id DESC) AS newest
            FROM earning_tierchange
        ) told WHERE newest = 1 AND NOT void
    ) c ON c.member_id = t.member_id AND c.place = 1
    WHERE (c.member_id IS NULL AND t.since IS NOT NULL)
        OR (c.member_id IS NOT NULL AND (c.level <> t.level OR t.since IS NULL OR c.since <> t.since))
    ORDER BY t.member_id
"""


@law("tier-is-its-history", "The tier that each member holds is that of the last step in the history")
def tier_is_its_history() -> Iterator[str]:
    return breaches(_HISTORY, "member {0} holds the tier '{1}', which is not the last step of the history")


@law("tier-is-earned", "The tier that each member holds follows from the points earned in the window")
def tier_is_earned() -> Iterator[str]:
    brand, now = Brand.current(), clock.now()
    if tiers.current(brand) is None:
        return
    everybody = Wallet.objects.order_by("pk").values_list("pk", flat=True)
    tasks = Tiers.objects.filter(looked_at__isnull=False).values_list("looked_at", flat=True)
    if tasks:  # the ladder has just changed, and these were looked at
        everybody = everybody.filter(pk__lte=tasks[0])
    base, last = lowest(compiled.of(brand), now), 0
    while members := list(everybody.filter(pk__gt=last)[:CHUNK]):
        last = members[-1]
        rows = {row.member_id: row for row in MemberTier.objects.filter(member__in=members)}
        for member_id, standing in tiers.standings_of(members, brand).items():
            row = rows.get(member_id)
            if row and ((row.until and row.until <= now) or (row.since and row.since > now)):
                continue  # it ends, or begins, with the next look
            held, earned = row.level if row else base, standing.slug or ""
            if held != earned:
                yield f"member {member_id} holds the tier '{held}' where the points say '{earned}'"
