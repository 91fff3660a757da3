"""Whom a friend's doings may reward: the inviter, and those above, whom the inviter's progress may reward in turn."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from core import bulk
from core.activities import kinds
from core.activities.happening import Happening
from referrals.attribution import codes_in
from referrals.models import Code, Referral

HIGHEST = 8  # as many rounds as a cascade has: what happens below cannot reach further up
ALL_ABOVE = """
WITH RECURSIVE above(member_id, height) AS (
    SELECT referrer_id, 1 FROM {table} WHERE state <> %s AND friend_id {members}
    UNION
    SELECT r.referrer_id, above.height + 1 FROM {table} r JOIN above ON r.friend_id = above.member_id
    WHERE r.state <> %s AND above.height < %s AND r.awaits IN ({reached})
)
SELECT DISTINCT member_id FROM above
"""


def inviters_above(member_ids: set[int], happenings: Sequence[Happening]) -> set[int]:
    """The inviters of these members and of who is joining just now, upward as far as a cascade can reach.

    An inviter gets no order by a friend's order: above the first, only terms that wait for what the site itself records
    (a completed challenge, a friend who qualified) can be met. Two statements at most.
    """
    joining = [happening.data for happening in happenings if happening.type == kinds.MEMBER_JOINED]
    brought = codes_in(joining) if joining else set()
    inviters = set(Code.objects.filter(code__in=brought).values_list("member_id", flat=True)) if brought else set()
    below = member_ids | inviters
    if not below:
        return inviters
    refused, reached = Referral.State.REFUSED.value, list(kinds.OF_THE_SITE)
    members, params = bulk.among(sorted(below))
    statement = ALL_ABOVE.format(
        table=connection.ops.quote_name(Referral._meta.db_table),
        members=members,
        reached=", ".join(["%s"] * len(reached)),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [refused, *params, refused, HIGHEST, *reached])
        return inviters | {row[0] for row in cursor.fetchall()}
