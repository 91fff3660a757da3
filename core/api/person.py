"""What the API answered about a person: told, and forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import Value
from django.db.models.functions import Replace

from core.api.models import ERASED, Reply
from core.members import erasure, known
from core.members.erasure import Erasure
from core.members.known import Person
from core.sums import renew


@known.part("api_answers")
def answers(person: Person) -> Iterator[dict[str, Any]]:
    """The answers kept for repeated writes that name the person."""
    rows = Reply.objects.filter(body__contains=_spelled(person.email)).order_by("pk")
    for reply in rows.iterator():
        yield {"at": reply.at, "status": reply.status, "answer": json.loads(reply.body)}


@erasure.search("replies")
def find_replies(person: Person) -> list[Any]:
    """The answers that hold the address."""
    return list(Reply.objects.filter(body__contains=_spelled(person.email)).values_list("pk", flat=True))


@erasure.step(50)
def forget_replies(done: Erasure) -> None:
    """The answer stays, without the address; which request it was is no longer known, so the key alone tells."""
    rows = Reply.objects.filter(pk__in=done.found["replies"])
    without = Replace("body", Value(_spelled(done.email)), Value(_spelled(done.address)))
    done.count("answers of the API", rows.update(body=without, fingerprint=ERASED))
    renew(rows)


def _spelled(email: str) -> str:
    """The address as JSON writes it, in its quotes, so that a longer address is not meant."""
    return json.dumps(email)
