"""The mailbox of development: every mail is a file that all processes see and `/dev/mailbox/` shows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage as ParsedMessage
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.crypto import get_random_string

NAME = r"[0-9]{19}-[a-z0-9]{8}"


def directory() -> Path:
    """Where the mails lie."""
    return Path(settings.VAR_DIR) / "mailbox"


class MailboxBackend(BaseEmailBackend):
    """Keeps each mail as a file, named so that the newest sorts last."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = directory()
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{time.time_ns():019}-{get_random_string(8).lower()}"
            draft = folder / f".{name}"
            draft.write_bytes(message.message().as_bytes())
            draft.rename(folder / f"{name}.eml")
        return len(email_messages)


@dataclass(frozen=True)
class Mail:
    """One mail as it was sent."""

    name: str
    at: datetime
    to: str
    subject: str
    text: str
    html: str


def mails(limit: int = 200) -> list[Mail]:
    """The newest mails, newest first."""
    return [_read(path) for path in sorted(directory().glob("*.eml"), reverse=True)[:limit]]


def mail(name: str) -> Mail | None:
    """The mail of that name, or None."""
    path = directory() / f"{name}.eml"
    return _read(path) if path.is_file() else None


def _read(path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    return Mail(
        name=path.stem,
        at=datetime.fromtimestamp(int(path.stem.partition("-")[0]) / 1e9, tz=UTC),
        to=str(message["To"]),
        subject=str(message["Subject"]),
        text=_body(message, "plain"),
        html=_body(message, "html"),
    )


def _body(message: ParsedMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""
