"""Rendered text that is kept in the process's memory, with holes for what belongs to one answer alone."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A text cut where something stood that is to be another the next time: `holes` names it, between the `parts`."""

    parts: tuple[str, ...]
    holes: tuple[str, ...]

    @classmethod
    def cut(cls, text: str, **holes: str) -> Text:
        """Cut `text` wherever one of these values stands; each must be one that nobody can have written there."""
        names = {value: name for name, value in holes.items() if value}
        if not names:
            return cls((text,), ())
        found = re.split(f"({'|'.join(map(re.escape, names))})", text)
        return cls(tuple(found[::2]), tuple(names[value] for value in found[1::2]))

    def filled(self, **values: str) -> str:
        """The text with these values in its holes."""
        filled = [self.parts[0]]
        for hole, part in zip(self.holes, self.parts[1:], strict=True):
            filled += values[hole], part
        return "".join(filled)


class Shelf[Key: Hashable, Thing]:
    """The things that were used last, at most so many; any thread may ask."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._things: OrderedDict[Key, Thing] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Thing | None:
        """What is kept under that key."""
        with self._lock:
            thing = self._things.get(key)
            if thing is not None:
                self._things.move_to_end(key)
            return thing

    def put(self, key: Key, thing: Thing) -> None:
        """Keep a thing, in the place of what was used longest ago."""
        with self._lock:
            self._things[key] = thing
            self._things.move_to_end(key)
            while len(self._things) > self.most:
                self._things.popitem(last=False)

    def clear(self) -> None:
        """Forget all of it."""
        with self._lock:
            self._things.clear()

    def __len__(self) -> int:
        return len(self._things)
