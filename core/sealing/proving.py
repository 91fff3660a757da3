"""A member's provable statement: each line with what its leaf was made of, and the proof that it is in the tree."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Max

from core import clock
from core.brand.models import Brand
from core.ledger.models import MEMBER_ACCOUNTS, Entry, Transfer
from core.sealing import merkle
from core.sealing.keys import Hiding
from core.sealing.leaves import COLUMNS, Row, moment, said, salt
from core.sealing.models import Head, Key
from core.sealing.stored import Hashes

FORMAT = "goodturn-statement/1"
# Lines proved at a time, in four queries.
CHUNK = 1000


def published(head: Head) -> dict[str, Any]:
    """A seal as it is published."""
    return {"size": head.size, "root": head.root_hex, "sealed_at": moment(head.sealed_at)}


def consistency(first: int, second: int) -> list[str]:
    """The proof that what the seal of `first` transfers holds is the beginning of what that of `second` does."""
    ranges = list(merkle.consistency(first, second))
    hashes = Hashes(ranges)
    return [hashes.of(part).hex() for part in ranges]


def statement(member_id: int) -> Iterator[str]:
    """The statement as JSON, in parts, up to what is posted now; what is newer than the last seal is not proven yet."""
    head = Head.latest()
    secret = Key.objects.filter(pk=member_id).values_list("secret", flat=True).first()
    proving = _Proving(member_id, head.size if head else 0, Hiding(bytes(secret or b"")))
    opening = {
        "format": FORMAT,
        "brand": Brand.current().name,
        "site": settings.BASE_URL,
        "made_at": moment(clock.now()),
        "member": proving.key.name,
        "seal": published(head) if head else None,
    }
    yield f'{json.dumps(opening, indent=1)[:-2]},\n "lines": ['
    separator = "\n"
    for line in proving.lines():
        yield f"{separator}  {json.dumps(line, ensure_ascii=False)}"
        separator = ",\n"
    yield f'\n ],\n "balances": {json.dumps(proving.balances)}\n}}\n'


@dataclass
class _Proving:
    """The lines of one member under the seal of `size` transfers, and the balances after the last of them."""

    member_id: int
    size: int
    key: Hiding
    balances: dict[str, int] = field(default_factory=lambda: {account.value: 0 for account in MEMBER_ACCOUNTS})

    def lines(self) -> Iterator[dict[str, Any]]:
        """Every line, the oldest first."""
        own = Transfer.objects.filter(member_id=self.member_id)
        newest, last = own.aggregate(newest=Max("pk"))["newest"] or 0, 0
        while last < newest:
            part = own.filter(pk__gt=last, pk__lte=newest).order_by("pk")
            rows = list(part.values_list(*COLUMNS, "leaf__position")[:CHUNK])
            last = rows[-1][0]
            yield from self._proven(rows)

    def _proven(self, rows: list[Row]) -> Iterator[dict[str, Any]]:
        paths = {row[0]: list(merkle.path(row[-1], self.size)) for row in rows if self._is_sealed(row[-1])}
        hashes = Hashes(part for path in paths.values() for part in path)
        balances = self._after([row[0] for row in rows])
        for row in rows:
            after = balances[row[0]]
            self.balances |= after
            proof = None
            if (path := paths.get(row[0])) is not None:
                proof = {
                    "index": row[-1],
                    "salt": salt(self.key.secret, row[0]).hex(),
                    "path": [hashes.of(part).hex() for part in path],
                }
            yield {**said(row[:-1]), "why": row[-2], "balances": after, "proof": proof}

    def _is_sealed(self, position: int | None) -> bool:
        return bool(self.key) and position is not None and position < self.size

    def _after(self, transfer_ids: list[int]) -> dict[int, dict[str, int]]:
        """What each of the member's accounts held after each of these transfers, as far as they moved it."""
        entries = Entry.objects.filter(transfer_id__in=transfer_ids, member_id=self.member_id)
        balances: dict[int, dict[str, int]] = defaultdict(dict)
        for transfer_id, account, balance in entries.values_list("transfer_id", "account", "balance"):
            balances[transfer_id][account] = balance or 0
        return balances
