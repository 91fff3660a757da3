"""What a person finds in the mails that the site sent."""

from __future__ import annotations

import re
import time
from typing import Any


class Mailbox:
    """The mails of a test, newest last."""

    def __init__(self, outbox: list[Any]) -> None:
        self.outbox = outbox

    def to(self, email: str) -> list[Any]:
        """All mails to one address."""
        return [mail for mail in self.outbox if email.lower() in (address.lower() for address in mail.to)]

    def last(self, email: str, patience: float = 5) -> Any:
        """The newest mail to one address, awaited for at most `patience` seconds."""
        until = time.monotonic() + patience
        while not (mails := self.to(email)) and time.monotonic() < until:
            time.sleep(0.05)
        assert mails, f"No mail to {email} came within {patience} s; there are mails to {[m.to for m in self.outbox]}"
        return mails[-1]

    def code(self, email: str) -> str:
        """The one-time code in the newest mail to one address: it stands alone on a line."""
        body = self.last(email).body
        found = re.search(r"^\s*([A-Z0-9-]{4,12})\s*$", body, re.MULTILINE)
        assert found, f"No code stands alone on a line of: {body}"
        return found.group(1)

    def link(self, email: str, containing: str = "/") -> str:
        """The first link in the newest mail to one address whose address contains `containing`."""
        body = self.last(email).body
        found = [link for link in re.findall(r"https?://[^\s<>\"]+", body) if containing in link]
        assert found, f"No link with {containing} in: {body}"
        return str(found[0])
