"""What a leaf of the tree says: the canonical bytes of a transfer.

A leaf is compact JSON with sorted keys in UTF-8 (RFC 8785, for all that a transfer may hold). What may tell of a
person, the member and the explanation, stands in it only as a salted hash, so that both can be forgotten and the leaf
still holds.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from json import JSONEncoder
from typing import Any

# What is read of a transfer, in this order, for a leaf.
COLUMNS = (
    "id",
    "reference",
    "reason",
    "lot_id",
    "activity_id",
    "source",
    "target",
    "points",
    "at",
    "posted_at",
    "member_id",
    "why",
)
Row = Sequence[Any]

_encode = JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def canonical(value: Any) -> bytes:
    """The one way in which `value`, made of what JSON has, is written down."""
    return _encode(value).encode()


def moment(at: datetime) -> str:
    """A moment in UTC, to the microsecond."""
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat(timespec="microseconds")


def said(row: Row) -> dict[str, Any]:
    """What a transfer (its `COLUMNS`) says besides who it is about and why."""
    id, reference, reason, lot, activity, source, target, points, at, posted_at, _member, _why = row
    return {
        "activity": activity,
        "at": moment(at),
        "id": id,
        "lot": lot,
        "points": points,
        "posted_at": moment(posted_at),
        "reason": reason,
        "reference": reference,
        "source": source,
        "target": target,
    }


def leaf_bytes(row: Row, commitment: bytes) -> bytes:
    """The leaf of a transfer, whose person and explanation are hidden behind `commitment`.

    It is `canonical` of what is `said`, with the commitment as "personal", written out since that is thrice as quick.
    """
    id, reference, reason, lot, activity, source, target, points, at, posted_at, _member, _why = row
    return (
        f'{{"activity":{"null" if activity is None else activity},"at":"{moment(at)}","id":{id},'
        f'"lot":{"null" if lot is None else lot},"personal":"{commitment.hex()}","points":{points},'
        f'"posted_at":"{moment(posted_at)}","reason":{_encode(reason)},"reference":{_encode(reference)},'
        f'"source":{_encode(source)},"target":{_encode(target)}}}'
    ).encode()


def pseudonym(secret: bytes) -> str:
    """The member's name in the tree, known only to whoever has the member's key or a statement."""
    return hmac.digest(secret, b"member", "sha256").hex()


def salt(secret: bytes, transfer_id: int) -> bytes:
    """What hides one transfer of the member with this key."""
    return hmac.digest(secret, b"salt:%d" % transfer_id, "sha256")


def commitment(salt: bytes, member: str, why: Mapping[str, Any]) -> bytes:
    """The salted hash of the member (by pseudonym) and the explanation."""
    return sha256(salt + canonical({"member": member, "why": why})).digest()
