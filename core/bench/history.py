"""A programme with many members and a past, written by one statement a table; called in stations.

Each member has placed the same orders: facts, lots, transfers with their two entries, wallets, tallies and the
participations that they began. Left out are only what a challenge counted and the checksums, which no event reads.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import DatabaseError, connection

from core import clock
from core.activities.models import Source
from core.bench.filling import settle
from core.bench.programme import SHOP
from core.brand.models import Brand
from core.brand.periods import Per, period

ORDERS = 5  # a member's; each is two entries of the books
ANSWER = '{"status": "accepted", "points": 1, "pending": 0}'
WHY = (
    '{"message": "%(amount)s × %(rate)s ÷ %(per)s = %(points)s, rounded down.", "values": {"amount": {"money": 7750}, '
    '"rate": {"points": 1}, "per": {"money": 100}, "points": {"points": 77}}, "inputs": [["Amount", {"money": 7750}]], '
    '"thing": {"message": "Order", "name": "ref-91037b267ab86bc9"}}'
)
# So many different totals that a million members seldom share one.
MEMBERS = """
INSERT INTO members_member (email, identity, alias, password, language, time_zone, leaderboard, role, is_active,
                            joined_at, claimed)
WITH RECURSIVE line(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM line WHERE n < {last})
SELECT 'member-' || n || '@example.com', 'member-' || n || '@example.com', 'Member ' || n, '!', '', '', TRUE, '', TRUE,
       '{at}', TRUE FROM line
"""
FACTS = """
INSERT INTO activities_activity (source_id, external_id, type, member_id, email, reference, amount, data, at,
                                 received_at, version, fingerprint, status, taken_back, void, answer)
SELECT {shop}, 'past-{number}-' || id, 'order.paid', id, email, 'past-{number}-' || id,
       100 * (1 + (id * 7919 + {number} * 104729) % 50021), '{{}}', '{at}', '{at}', {version}, '{fingerprint}',
       'accepted', 0, FALSE, '{answer}' FROM members_member
"""
LOTS = """
INSERT INTO ledger_lot (cause, member_id, "group", points, at, available_at, remaining, forgiven, revision)
SELECT 'rule:per-euro:' || id, member_id, '', amount / 100, at, received_at, amount / 100, 0, 1
FROM activities_activity ORDER BY id
"""
TRANSFERS = """
INSERT INTO ledger_transfer (reference, reason, member_id, lot_id, activity_id, source, target, points, why, at,
                             posted_at)
SELECT cause || '#1', 'earned', member_id, id, CAST(substr(cause, 15) AS bigint), 'issued', 'wallet', points, '{why}',
       at, available_at FROM ledger_lot ORDER BY id
"""
ISSUED = """
INSERT INTO ledger_entry (transfer_id, account, points) SELECT id, 'issued', -points FROM ledger_transfer ORDER BY id
"""
RECEIVED = """
INSERT INTO ledger_entry (transfer_id, account, member_id, points, balance)
SELECT id, 'wallet', member_id, points, sum(points) OVER (PARTITION BY member_id ORDER BY id) FROM ledger_transfer
"""
WALLETS = """
INSERT INTO ledger_wallet (member_id, available, pending, owed, earned, spent, donated, expired, version, active_on)
SELECT member_id, sum(points), 0, 0, sum(points), 0, 0, 0, count(*), '{today}' FROM ledger_lot GROUP BY member_id
"""
TALLIES = """
INSERT INTO ledger_tally (member_id, per, starts, earned)
SELECT member_id, '{per}', '{starts}', earned FROM ledger_wallet
"""
PARTICIPATIONS = """
INSERT INTO challenges_participation (challenge_id, member_id, edition_id, how, joined_at, state, progress, latest_id,
                                      latest_at)
SELECT edition.challenge_id, fact.member_id, edition.id, 'automatic', fact.at, 'joined', '{{"task": 5}}', fact.id,
       fact.at
FROM activities_activity AS fact CROSS JOIN challenges_edition AS edition
WHERE edition.until IS NULL AND fact.external_id LIKE 'past-{last}-%'
"""


def write(members: int) -> int:
    """Fill a database that has the programme and nobody with so many members; return how many entries there are."""
    now, brand = clock.now(), Brand.current()
    terms = {"shop": Source.objects.get(slug=SHOP).pk, "version": brand.version, "why": WHY, "answer": ANSWER}
    terms |= {"fingerprint": "0" * 64, "today": now.date()}
    _unhindered()
    _tell(MEMBERS, last=members - 1, at=_written(now))
    for number in range(ORDERS):
        _tell(FACTS, number=number, at=_written(now - timedelta(seconds=ORDERS - number)), **terms)
    for statement in (LOTS, TRANSFERS, ISSUED, RECEIVED, WALLETS):
        _tell(statement, **terms)
    for per in (Per.WEEK, Per.MONTH):
        _tell(TALLIES, per=per.value, starts=period(now, per, brand.zone).key)
    _tell(PARTICIPATIONS, last=ORDERS - 1)
    _hindered()
    settle()
    return 2 * ORDERS * members


def _written(moment: datetime) -> str:
    """A moment as both databases keep it (Django's connections are in UTC)."""
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


def _tell(statement: str, **values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(**values))


def _unhindered() -> None:
    """Let PostgreSQL not look up each reference to a row that is known to be there, where this user may say so."""
    if connection.vendor == "postgresql":
        with suppress(DatabaseError):
            _tell("SET session_replication_role = replica")


def _hindered() -> None:
    if connection.vendor == "postgresql":
        with suppress(DatabaseError):
            _tell("SET session_replication_role = DEFAULT")
