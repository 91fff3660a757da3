"""Turns a change into the text frame that is sent to whoever looks."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist
from django.db import close_old_connections
from django.template.loader import render_to_string

from core.brand.models import Brand
from core.brand.reading import reading
from core.live import fragments
from core.live.messages import Message

log = logging.getLogger(__name__)


def public_frame(message: Message, language: str) -> str | None:
    """The frame of a public fragment in `language`, in the programme's time zone; None if there is nothing to show."""
    with _connection():
        brand = Brand.current()
        with reading(brand, language):
            return _frame(message, brand)


def member_frames(member_id: int, messages: list[Message], language: str) -> list[str] | None:
    """The member's own fragments, in the order given, in their language and time zone.

    `language` is used for a member who has chosen none. None means that this member is gone or deactivated.
    """
    with _connection():
        member = get_user_model().objects.filter(pk=member_id, is_active=True).first()
        if member is None:
            return None
        brand = Brand.current()
        with reading(brand, member.language or language, member.time_zone):
            return [frame for message in messages if (frame := _frame(message, brand, member))]


def _frame(message: Message, brand: Brand, *member: object) -> str | None:
    found = fragments.named(message.name)
    if found is None or found.public == bool(member):
        log.error("There is no such live fragment: %s", message.name)
        return None
    try:
        context = found.context(*member, **message.values)
        whose = {"member": member[0], "user": member[0]} if member else {}
        return render_to_string(found.template, {"brand": brand, **whose, **context, "oob": True}).strip()
    except ObjectDoesNotExist:
        return None
    except Exception:  # one fragment that fails must not silence the others
        log.exception("The live fragment %s could not be rendered.", message.name)
        return None


@contextmanager
def _connection() -> Iterator[None]:
    """Let a thread of the hub use the database as a request does: without connections that have died or aged."""
    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()
