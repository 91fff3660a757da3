"""A bar that shows how far long work has come, and plain lines where nobody watches."""

from __future__ import annotations

import time
from typing import TextIO

WIDTH = 30


class Progress:
    """Counts to `total` on a stream (stderr): one moving line on a terminal, else a line each tenth."""

    def __init__(self, stream: TextIO, total: int, label: str) -> None:
        self.stream = stream
        self.total = max(1, total)
        self.label = label
        self.done = 0
        self.began = time.monotonic()
        self.moving = stream.isatty()

    def step(self, note: str) -> None:
        """One more is done."""
        self.done += 1
        tenths, before = self.done * 10 // self.total, (self.done - 1) * 10 // self.total
        seconds = time.monotonic() - self.began
        line = f"{self.label} {self.done * 100 // self.total:3} %  {note}  {seconds:.0f} s"
        if self.moving:
            filled = WIDTH * self.done // self.total
            end = "\n" if self.done >= self.total else ""
            self.stream.write(f"\r[{'█' * filled}{'·' * (WIDTH - filled)}] {line}\x1b[K{end}")
        elif tenths > before:
            self.stream.write(f"{line}\n")
        self.stream.flush()
