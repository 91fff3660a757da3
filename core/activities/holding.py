"""Keeping others away from names that have no row yet to be locked, until the transaction ends.

PostgreSQL's advisory locks, on a bounded number of buckets and in their order; SQLite's writer is alone anyway. Whoever
takes several kinds of locks takes orders first, then e-mails, then wallets, so that nobody waits in a circle.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from django.db import connection

from core import bulk

EMAILS, EMAIL_BUCKETS = 7_100_000, 256
ORDERS, ORDER_BUCKETS = 7_200_000, 4096


def hold_emails(emails: Iterable[str]) -> None:
    """Let nobody join with, or park for, these e-mails meanwhile."""
    _hold({EMAILS + zlib.crc32(email.encode()) % EMAIL_BUCKETS for email in emails})


def hold_orders(keys: Iterable[tuple[int, str]]) -> None:
    """Let nobody tell of these orders (source and reference), or of their refunds, meanwhile."""
    _hold({ORDERS + zlib.crc32(f"{source} {reference}".encode()) % ORDER_BUCKETS for source, reference in keys})


def _hold(buckets: set[int]) -> None:
    if not buckets or connection.vendor != "postgresql":
        return
    listed = ",".join(map(str, sorted(buckets)))
    bulk.before_next("SELECT pg_advisory_xact_lock(b) FROM unnest(%s::bigint[]) AS b", [f"{{{listed}}}"])
