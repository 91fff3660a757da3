"""A fuse before something that may be away, so that only one caller in a while pays for finding out."""

from __future__ import annotations

import threading
import time


class Breaker:
    """Remembers that something failed, and lets one caller try again every `rest` seconds."""

    def __init__(self, rest: float = 5.0) -> None:
        self.rest = rest
        self._lock = threading.Lock()
        self._closed_until: float | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the last try went well."""
        return self._closed_until is None

    def allows(self) -> bool:
        """Whether the caller may try: always while all is well, else one caller in `rest` seconds."""
        if self._closed_until is None:
            return True
        with self._lock:
            if self._closed_until is None:
                return True
            if time.monotonic() < self._closed_until:
                return False
            self._closed_until = time.monotonic() + self.rest
            return True

    def failed(self) -> bool:
        """Note a failure; whether it is the first one since all was well."""
        with self._lock:
            first = self._closed_until is None
            self._closed_until = time.monotonic() + self.rest
            return first

    def succeeded(self) -> bool:
        """Note a success; whether it is the first one since a failure."""
        if self._closed_until is None:
            return False
        with self._lock:
            self._closed_until = None
            return True
