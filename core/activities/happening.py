"""What somebody says happened, read and checked but not yet a fact; and what became of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a source. `amount` in hundredths of the programme's currency, `at` its own time, aware."""

    source_id: int
    external_id: str
    type: str
    at: datetime
    email: str = ""
    reference: str = ""
    amount: int | None = None
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """The same for the same event under whatever id, however its JSON was spelled."""
        said = {**self.data, "email": self.email, "reference": self.reference, "amount": self.amount}
        content = [self.type, self.at.astimezone(UTC).isoformat(), said]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(slots=True)
class Outcome:
    """What became of one event: the answer to give, whether it was known before, or why it was refused.

    `conflict` means that its id was used for another event; `errors` pairs of field and message.
    """

    external_id: str
    answer: dict[str, Any] = field(default_factory=dict)
    duplicate: bool = False
    conflict: bool = False
    errors: list[tuple[str, str]] = field(default_factory=list)
