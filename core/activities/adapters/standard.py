"""Standard Webhooks: signature, single event and batch.

Source: the Standard Webhooks specification 1.0, "Verifying signatures". The signature is checked here on the raw bytes
and not by the `standardwebhooks` package, which only takes text: a body that is signed but not UTF-8 must be told from
one that is not signed.
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from core import clock
from core.activities.happening import Happening
from core.activities.models import Source
from core.activities.reading import Errors, read_event

TOLERANCE = 300
LONGEST_HEADER = 4096
EVENT_MEMBERS = {"type", "timestamp", "data"}


class Standard:
    """Sources of kind `standard`."""

    def authentic(self, source: Source, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether one of the signatures is of one of the source's secrets, and its time within 300 seconds of now."""
        message_id = headers.get("webhook-id", "")
        stamp = headers.get("webhook-timestamp", "")
        signatures = headers.get("webhook-signature", "")
        if not (message_id and stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
            return False
        if len(signatures) > LONGEST_HEADER or abs(clock.now().timestamp() - int(stamp)) > TOLERANCE:
            return False
        given = [part[3:].encode("utf-8", "replace") for part in signatures.split(" ") if part.startswith("v1,")]
        signed = f"{message_id}.{stamp}.".encode("utf-8", "replace") + body
        expected = [b64encode(hmac.digest(_key(secret), signed, sha256)) for secret in source.secrets_now()]
        return any(hmac.compare_digest(mine, theirs) for mine in expected for theirs in given)

    def events(self, headers: Mapping[str, str], payload: Any) -> tuple[list[tuple[str | None, Any]], bool] | None:
        """A batch is an object with a list `events`, an event one with `type`, `timestamp` or `data`."""
        if not isinstance(payload, dict):
            return None
        if "events" in payload:
            events = payload["events"]
            if not isinstance(events, list) or not events or EVENT_MEMBERS & payload.keys():
                return None
            return [(None, event) for event in events], True
        if EVENT_MEMBERS & payload.keys():
            return [(headers.get("webhook-id", ""), payload)], False
        return None

    def read(self, source: Source, external_id: str | None, event: Any, currency: str) -> Happening | Errors:
        """One event as a Happening, or all that is wrong with it."""
        return read_event(event, source_id=source.pk, currency=currency, external_id=external_id)


def _key(secret: str) -> bytes:
    return b64decode(secret.removeprefix("whsec_"))
