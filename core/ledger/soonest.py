"""Which lots points are taken from: the one that became available first goes first, since it expires soonest."""

from __future__ import annotations

import json
from typing import Any

from django.db import connections, router

from core.ledger.models import Lot

# From a member's first lot to the next by the index `lot_to_use_next`, until there is enough: the work is that of the
# lots that are taken from, however many a member has, and it is one statement for any number of members.
_WALK = """
    WITH RECURSIVE wanted(member_id, points) AS ({wanted}),
    walk(member_id, points, lot_id) AS (
        SELECT member_id, points, (
            SELECT l.id FROM ledger_lot l WHERE l.member_id = wanted.member_id AND l.remaining > 0
            ORDER BY l.available_at, l.id LIMIT 1
        ) FROM wanted
        UNION ALL
        SELECT walk.member_id, walk.points - here.remaining, (
            SELECT l.id FROM ledger_lot l WHERE l.member_id = walk.member_id AND l.remaining > 0
            AND (l.available_at, l.id) > (here.available_at, here.id) ORDER BY l.available_at, l.id LIMIT 1
        ) FROM walk JOIN ledger_lot here ON here.id = walk.lot_id WHERE walk.points > here.remaining
    )
    SELECT ledger_lot.* FROM walk JOIN ledger_lot ON ledger_lot.id = walk.lot_id
"""


def soonest(wanted: dict[int, int]) -> dict[int, list[Lot]]:
    """The lots that hold the next `wanted` points of each member, first the first to be used; fewer if there is less.

    Their wallets are to be locked, so that the lots stay as they are.
    """
    found: dict[int, list[Lot]] = {member_id: [] for member_id in wanted}
    if not wanted:
        return found
    params: list[Any]
    if connections[router.db_for_write(Lot)].vendor == "postgresql":
        named = "SELECT * FROM UNNEST(%s::bigint[], %s::bigint[])"
        params = [list(wanted), list(wanted.values())]
    else:
        named = "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(%s)"
        params = [json.dumps(list(wanted.items()))]
    lots = list(Lot.objects.using(router.db_for_write(Lot)).raw(_WALK.format(wanted=named), params))
    for lot in sorted(lots, key=lambda lot: (lot.available_at, lot.pk)):
        found[lot.member_id].append(lot)
    return found
