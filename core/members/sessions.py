"""Whose sessions are whose: a session does not say so until it is opened, so whoever asks looks into all of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import Q

CHUNK = 2000


def about(member_id: int | None, email: str, *, ends_after: datetime | None = None) -> Iterator[Session]:
    """The sessions of this member, and those that hold this e-mail; of all, or only of those that end later."""
    rows = Session.objects.filter(Q() if ends_after is None else Q(expire_date__gte=ends_after))
    for session in rows.iterator(CHUNK):
        if _is_about(session.get_decoded(), member_id, email):
            yield session


def _is_about(content: dict[str, Any], member_id: int | None, email: str) -> bool:
    if not content:
        return False
    owner = content.get(SESSION_KEY)
    return (member_id is not None and owner == str(member_id)) or email in json.dumps(content, ensure_ascii=False)
