"""Keeps the site's processes running together, and ends them together."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

GRACE = 5.0  # seconds between asking a part to end and ending it
LONGEST_PAUSE = 30.0  # seconds before a part that keeps dying is started again
SHORTEST_PAUSE = 0.5
STEADY = 3.0  # seconds after which a part counts as having run well
PR_SET_PDEATHSIG = 1

Say = Callable[[str], None]


@dataclass
class Part:
    """One process of the site and the command that it runs; a quiet one is heard only on stderr."""

    name: str
    command: Sequence[str]
    quiet: bool = False
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0
    pause: float = field(default=SHORTEST_PAUSE)

    def start(self) -> None:
        """Start the process in a group of its own, so that Ctrl-C reaches it through us alone."""
        before = _end_with(os.getpid()) if sys.platform == "linux" else None
        out = subprocess.DEVNULL if self.quiet else None
        self.process = subprocess.Popen(self.command, stdout=out, start_new_session=True, preexec_fn=before)
        self.started = time.monotonic()

    def has_died(self) -> bool:
        """Whether the process ended by itself."""
        return self.process is not None and self.process.poll() is not None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process and all that it started."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)


class Supervisor:
    """Starts the parts, starts again one that dies (later each time), and ends all when told to."""

    def __init__(self, parts: Sequence[Part], say: Say) -> None:
        self.parts = parts
        self.say = say
        self.ending = False

    def run(self, when_started: Callable[[], None] = lambda: None) -> None:
        """Keep the parts running until SIGINT, SIGTERM or SIGHUP; then end them within `GRACE` and a little."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._end)
        try:
            for part in self.parts:
                part.start()
            when_started()
            while not self.ending:
                self._look_after_all()
                time.sleep(0.2)
        finally:
            self.stop()

    def _end(self, number: int, frame: object) -> None:
        self.ending = True

    def _look_after_all(self) -> None:
        now = time.monotonic()
        for part in self.parts:
            if part.process is None:
                if now >= part.due:
                    part.start()
            elif part.has_died():
                self._plan_restart(part, now)

    def _plan_restart(self, part: Part, now: float) -> None:
        code = part.process.returncode if part.process else None
        # What a part had started must not outlive it.
        part.signal(signal.SIGKILL)
        if now - part.started > STEADY:
            part.pause = SHORTEST_PAUSE
        self.say(f"The {part.name} ended with {code}; it starts again in {part.pause:g} s.")
        part.process, part.due = None, now + part.pause
        part.pause = min(part.pause * 2, LONGEST_PAUSE)

    def stop(self) -> None:
        """Ask all parts to end, and end those that do not."""
        for part in self.parts:
            part.signal(signal.SIGTERM)
        until = time.monotonic() + GRACE
        while any(part.process and part.process.poll() is None for part in self.parts) and time.monotonic() < until:
            time.sleep(0.05)
        for part in self.parts:
            part.signal(signal.SIGKILL)
            if part.process is not None:
                part.process.wait()


def _end_with(parent: int) -> Callable[[], None]:
    """What a child does first on Linux, so that it ends with its parent even if the parent is killed."""
    libc = ctypes.CDLL(None, use_errno=True)

    def ask_the_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask_the_kernel
