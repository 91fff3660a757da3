"""Members' keys: made when a member is first sealed, emptied when the member is to be forgotten."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.db import connection

from core import bulk
from core.sealing.leaves import commitment, pseudonym, salt
from core.sealing.models import Key

LENGTH = 32


def keys_of(member_ids: Iterable[int]) -> dict[int, Hiding]:
    """The keys of these members; who had none gets one."""
    wanted = set(member_ids)
    found = known(wanted)
    if missing := wanted - found.keys():
        fresh = [Key(member_id=member_id, secret=secrets.token_bytes(LENGTH)) for member_id in sorted(missing)]
        Key.objects.bulk_create(fresh, ignore_conflicts=True)
        found |= known(missing)
    return found


def known(member_ids: set[int]) -> dict[int, Hiding]:
    """The keys of those of these members who have one."""
    condition, params = bulk.among(list(member_ids))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT member_id, secret FROM sealing_key WHERE member_id {condition}", params)
        return {member_id: Hiding(bytes(secret)) for member_id, secret in cursor.fetchall()}


def forget(member_id: int) -> None:
    """Make it impossible for ever to tell what this member's leaves say of the person; doing it twice is harmless.

    Call it in the transaction that erases the person. Every proof goes on holding.
    """
    Key.objects.update_or_create(member_id=member_id, defaults={"secret": b""})


class Hiding:
    """A member's key at work."""

    def __init__(self, secret: bytes) -> None:
        self.secret = secret
        self.name = pseudonym(secret) if secret else ""

    def __bool__(self) -> bool:
        """Whether there is a key: not for who is forgotten."""
        return bool(self.secret)

    def commitment(self, transfer_id: int, why: dict[str, object]) -> bytes:
        """What the leaf of this transfer says of the person; of who is forgotten nothing that could be opened."""
        if not self.secret:
            return secrets.token_bytes(LENGTH)
        return commitment(salt(self.secret, transfer_id), self.name, why)
