"""A shop that sends signed events as Standard Webhooks has it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.test import Client
from standardwebhooks.webhooks import Webhook

from core.activities.models import Source

_numbers = count(1)


def order(email: str, reference: str, amount: Any = "42.50", **more: Any) -> dict[str, Any]:
    """An order that was paid just now."""
    return event("order.paid", email, reference=reference, amount=amount, **more)


def refund(reference: str, amount: Any = None, *, email: str | None = None, **more: Any) -> dict[str, Any]:
    """Money given back for an order: `amount`, or all that is left. Whose `email` it names is of no account."""
    data = {"reference": reference} | ({} if amount is None else {"amount": amount})
    return event("order.refunded", email, **data, **more)


def event(type: str, email: str | None, *, at: datetime | None = None, **data: Any) -> dict[str, Any]:
    """An event of any type."""
    if email is not None:
        data = {"email": email, **data}
    return {"type": type, "timestamp": (at or datetime.now(UTC)).isoformat(), "data": data}


@dataclass
class Shop:
    """Posts to the door of one source."""

    slug: str = "shop"
    secret: str = ""
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    @classmethod
    def opened(cls, slug: str = "shop") -> Shop:
        source, _created = Source.objects.get_or_create(slug=slug)
        return cls(slug, source.rotate())

    def send(self, said: dict[str, Any], id: str | None = None, **headers: str) -> Any:
        """Post one event, under an id of its own unless one is given."""
        return self.post(json.dumps(said).encode(), id or f"evt-{next(_numbers)}", **headers)

    def send_batch(self, *said: dict[str, Any]) -> Any:
        """Post several events at once, each under an id of its own unless it has one."""
        events = [{"id": f"evt-{next(_numbers)}", **one} for one in said]
        return self.post(json.dumps({"events": events}).encode(), f"batch-{next(_numbers)}")

    def post(self, body: bytes, id: str = "", **headers: str) -> Any:
        """Post a body of any kind, rightly signed; `headers` replace those of the signature."""
        signed = self.signature(body, id or f"evt-{next(_numbers)}") | headers
        return self.client.post(f"/hooks/{self.slug}/", body, content_type="application/json", headers=signed)

    def signature(self, body: bytes, id: str, at: datetime | None = None) -> dict[str, str]:
        """The three headers for a body."""
        at = at or datetime.now(UTC)
        try:
            signature = Webhook(self.secret).sign(id, at, body.decode())
        except UnicodeDecodeError:
            signature = _sign_bytes(self.secret, id, at, body)
        return {
            "webhook-id": id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature,
        }


def _sign_bytes(secret: str, id: str, at: datetime, body: bytes) -> str:
    """The library signs text only; a body that is not text is signed here."""
    import hmac
    from base64 import b64decode, b64encode

    key = b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, f"{id}.{int(at.timestamp())}.".encode() + body, "sha256")
    return f"v1,{b64encode(digest).decode()}"
