"""The programme command as people call it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command


@dataclass
class Answer:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


def run(*words: str) -> Answer:
    """Run a management command and catch what it says."""
    out, err = StringIO(), StringIO()
    try:
        call_command(*words, stdout=out, stderr=err, no_color=True)
        code = 0
    except SystemExit as stop:
        code = int(stop.code or 0)
    return Answer(code, out.getvalue(), err.getvalue())


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., str]:
    """Writes a programme file and returns its path."""

    def write(text: str | bytes, name: str = "demo.yaml") -> str:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


@pytest.fixture
def apply(written: Callable[..., str]) -> Callable[..., Answer]:
    """Applies a text as a programme file."""

    def do(text: str | bytes, *options: str) -> Answer:
        return run("programme", "apply", written(text), *options)

    return do
