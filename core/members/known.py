"""What is known of a person, told by each app in a part of its own, so that nothing here need know those above.

An app's `person.py`, imported in its AppConfig.ready(), has::

    @known.part("badges")
    def badges(person): return [{"badge": …, "earned_at": …}]

A part is a value of JSON (datetimes are fine), an iterator of rows that are read one by one, or None for nothing.
It names nobody else: no e-mail but the person's own leaves the site by it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from textwrap import indent
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone, translation

from core import clock
from core.audit import one_state
from core.brand.models import Brand
from core.members.models import Member, canonical

FORMAT = "goodturn/person/1"


@dataclass(frozen=True)
class Person:
    """Somebody by their address (canonical); `member` is None for who has not joined, whom the shop may yet name."""

    email: str
    member: Member | None

    @property
    def member_id(self) -> int | None:
        """The member's key, None for who has not joined."""
        return self.member.pk if self.member else None

    @classmethod
    def of(cls, email: str) -> Person:
        """Whoever has this address."""
        address = canonical(email)
        return cls(address, Member.objects.filter(email=address, erased_at=None).first())


Part = Callable[[Person], Any]
_parts: dict[str, Part] = {}


def part(name: str) -> Callable[[Part], Part]:
    """Register the function that tells one part of what is known of a person."""

    def register(function: Part) -> Part:
        _parts[name] = function
        return function

    return register


def write(person: Person, file: IO[bytes]) -> bool:
    """Write all that is known of the person as JSON in UTF-8, in one state of the database; False when it is nothing.

    Texts are in the person's own language and zone. Rows are read and written one by one, however many there are.
    """
    brand = Brand.current()
    member = person.member
    language = member.language if member and member.language in brand.languages else brand.languages[0]
    found = False
    with one_state(), translation.override(language), timezone.override((member and member.zone) or brand.zone):
        head = {"format": FORMAT, "programme": brand.name, "written_at": clock.now(), "email": person.email}
        file.write(_json(head)[:-2].encode())
        for name, tell in _parts.items():
            for piece in _pieces(name, tell(person)):
                found = True
                file.write(piece.encode())
        file.write(b"\n}\n")
    return found


def _pieces(name: str, told: Any) -> Iterator[str]:
    """One part in pieces of text; nothing for a part that is empty."""
    if not isinstance(told, Iterator):
        if told not in (None, [], {}):
            yield f',\n  "{name}": {indent(_json(told), "  ").lstrip()}'
        return
    separator = f',\n  "{name}": ['
    for row in told:
        yield f"{separator}\n{indent(_json(row), '    ')}"
        separator = ","
    if separator == ",":
        yield "\n  ]"


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
