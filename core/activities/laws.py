"""The laws of the log, as `audit` checks them."""

from __future__ import annotations

from collections.abc import Iterator

from core.audit import breaches, law

# Each query returns one row for each breach. Table and column names are those of core.activities.models.
_GIVEN_BACK = """
    SELECT id, taken_back, given FROM (
        SELECT o.id, o.void, o.taken_back, r.reference, COALESCE(o.amount, 0) AS amount, CASE
            WHEN r.reference IS NULL THEN 0
            WHEN r.all_of_it = 1 OR r.given > COALESCE(o.amount, 0) THEN COALESCE(o.amount, 0)
            ELSE r.given END AS given
        FROM activities_activity o LEFT JOIN (
            SELECT source_id, reference, COALESCE(SUM(amount), 0) AS given,
                MAX(CASE WHEN amount IS NULL THEN 1 ELSE 0 END) AS all_of_it
            FROM activities_activity WHERE type = 'order.refunded' GROUP BY source_id, reference
        ) r ON r.source_id = o.source_id AND r.reference = o.reference
        WHERE o.type = 'order.paid' AND o.duplicate_of_id IS NULL
    ) orders WHERE taken_back <> given
        OR (void AND (reference IS NULL OR given < amount)) OR (NOT void AND reference IS NOT NULL AND given >= amount)
    ORDER BY id
"""
_NOBODYS = """
    SELECT id, status FROM activities_activity
    WHERE (status = 'accepted' AND member_id IS NULL) OR (status = 'parked' AND member_id IS NOT NULL)
    ORDER BY id
"""
_UNTOLD = """
    SELECT t.reference, t.activity_id FROM ledger_transfer t LEFT JOIN activities_activity a ON a.id = t.activity_id
    WHERE t.activity_id IS NOT NULL
        AND (a.id IS NULL OR (t.reason = 'earned' AND a.member_id <> t.member_id)) ORDER BY t.id
"""
_CAUSELESS = """
    SELECT f.id, f.cause_id, f.duplicate_of_id FROM activities_activity f
    LEFT JOIN activities_activity c ON c.id = f.cause_id LEFT JOIN activities_activity d ON d.id = f.duplicate_of_id
    WHERE (f.cause_id IS NOT NULL AND c.id IS NULL) OR (f.duplicate_of_id IS NOT NULL AND d.id IS NULL) ORDER BY f.id
"""
_JOINED = """
    SELECT a.id FROM activities_activity a LEFT JOIN ledger_wallet w ON w.member_id = a.member_id
    WHERE a.type = 'member.joined' AND NOT a.void AND w.member_id IS NULL ORDER BY a.id
"""


@law("order-is-what-is-left", "What was given back of each order is what its refunds say, and nothing else undoes it")
def order_is_what_is_left() -> Iterator[str]:
    return breaches(_GIVEN_BACK, "order {0} says {1} given back where its refunds say {2}, or counts otherwise")


@law("fact-is-somebodys", "What was accepted is a member's, and what is parked is nobody's yet")
def fact_is_somebodys() -> Iterator[str]:
    return breaches(_NOBODYS, "activity {0} is {1}, which its member does not say")


@law("facts-are-there", "Each fact that points move for, that another rests on or repeats, is in the log")
def facts_are_there() -> Iterator[str]:
    yield from breaches(_UNTOLD, "transfer {0} rests on activity {1}, which is gone or another member's")
    yield from breaches(_CAUSELESS, "activity {0} rests on {1} or repeats {2}, which is gone")
    yield from breaches(_JOINED, "activity {0} says that somebody joined who has no wallet")
