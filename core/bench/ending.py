"""Being told to end (Ctrl-C, SIGTERM) without leaving anything behind."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_waiting: list[bool] = []  # one for each block that is not to be disturbed: whether somebody wanted to
SIGNALS = (signal.SIGINT, signal.SIGTERM)


def end(process: subprocess.Popen[Any], patience: float = 10) -> None:
    """Wait until a process that was told to end has ended, and end it after `patience` seconds."""
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def heed() -> None:
    """From now on let both signals raise KeyboardInterrupt, and wait for what is not to be disturbed."""
    for number in SIGNALS:
        signal.signal(number, _end)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let nobody end this between making something and remembering that it is to be taken away again."""
    _waiting.append(False)
    try:
        yield
    finally:
        wanted = _waiting.pop()
    if wanted:
        _end()


def _end(*_signal: object) -> None:
    if _waiting:
        _waiting[-1] = True
    else:
        raise KeyboardInterrupt
