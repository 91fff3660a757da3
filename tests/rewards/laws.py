"""Whether the laws of the books hold."""

from __future__ import annotations

from core import audit


def breaches() -> list[str]:
    """Every row that breaks a law, as a sentence."""
    return [f"{law.slug}: {sentence}" for law in audit.laws() for sentence in law.check()]
