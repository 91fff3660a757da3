"""Checks a programme file: its shape, its rules, its names, and what this version cannot run yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from django.db import OperationalError, ProgrammingError

from core.programme.reading import Document, Unreadable
from core.programme.shape import completed, problems
from core.sections import Aside, Item, ListSection, MappingSection, Path, Section, in_force, sections


@dataclass
class Part:
    """One section as a file has it: completed items by name (a mapping's only item has the name "")."""

    section: Section
    items: dict[str, Item] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)  # names that are set aside, and why

    def named(self, name: str) -> str:
        """How a note calls one thing: `challenges.four-weeks`, `referral`."""
        return f"{self.section.key}.{name}" if name else self.section.key


@dataclass
class Checked:
    """A file that holds together: its parts in order, and what was set aside, as sentences."""

    document: Document
    parts: list[Part]
    asides: list[str]

    def part(self, key: str) -> Part | None:
        """The part of that section, if the file has it."""
        return next((part for part in self.parts if part.section.key == key), None)


def check(document: Document) -> Checked:
    """Check a file that was read; raises Unreadable with every problem, in order of lines.

    The database is asked only for names of sections that the file does not have.
    """
    return _Check(document).run()


class _Check:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.found: set[tuple[int, str]] = set()
        self.parts: dict[str, Part] = {}
        self.asides: list[str] = []
        self.names: dict[str, set[str]] = {}

    def run(self) -> Checked:
        data = self.document.data
        known = {section.key: section for section in sections()}
        if not isinstance(data, dict) or not data:
            self.problem((), f"must be a mapping of sections: {', '.join(known)}")
            data = {}
        for key in data:
            if key not in known:
                near = get_close_matches(key, known, 1)
                self.problem((key,), "is not a section" + (f"; perhaps {near[0]}?" if near else ""))
        for section in known.values():
            if section.key in data:
                self.parts[section.key] = Part(section)
                self.read(self.parts[section.key], data[section.key])
        if not self.found:
            self.set_aside()
            self.resolve()
            self.compare()
        if self.found:
            raise Unreadable([sentence for _line, sentence in sorted(self.found)])
        return Checked(self.document, list(self.parts.values()), self.asides)

    def problem(self, path: Path, message: str) -> None:
        self.found.add((self.document.line(path), self.document.located(path, message)))

    def read(self, part: Part, value: object) -> None:
        """Take the items of one section that are well formed, and note what is wrong with the others."""
        section, start = part.section, (part.section.key,)
        if isinstance(section, MappingSection):
            self.item(part, "", start, value)
            return
        if not isinstance(value, list):
            self.problem(start, "must be a list")
            return
        identity = section.identity if isinstance(section, ListSection) else ""
        for index, entry in enumerate(value):
            path = (*start, index)
            name = entry.get(identity) if isinstance(entry, dict) else None
            if isinstance(name, str) and name in part.paths:
                first = self.document.line((*part.paths[name], identity))
                self.problem((*path, identity), f"'{name}' is there twice (first in line {first})")
            else:
                self.item(part, name if isinstance(name, str) else f"[{index}]", path, entry)

    def item(self, part: Part, name: str, path: Path, value: object) -> None:
        part.paths[name] = path
        found = problems(part.section.schema, value)
        if not found:
            part.items[name] = completed(part.section.schema, value)
            found = list(part.section.check(part.items[name]))
        for problem in found:
            self.problem((*path, *problem.path), problem.message)

    def set_aside(self) -> None:
        """Take out what this version cannot run: whole things, or single keys."""
        for part in self.parts.values():
            for name, item in list(part.items.items()):
                notes = list(part.section.aside(item))
                whole = [note for note in notes if not note.path]
                if whole:
                    self.drop(part, name, "; ".join(note.reason for note in whole))
                    continue
                for note in notes:
                    self.asides.append(f"set aside: {part.named(name)}.{_dotted(note)}: {note.reason}")
                    _without(item, note.path)
                part.items[name] = completed(part.section.schema, item)

    def drop(self, part: Part, name: str, reason: str) -> None:
        part.gone[name] = reason
        del part.items[name]
        self.asides.append(f"set aside: {part.named(name)}: {reason}")

    def resolve(self) -> None:
        """See that every name is found, and set aside whatever needs something that is set aside."""
        again = True
        while again:
            again = False
            for part, name, item in list(self.everything()):
                for reference in part.section.refers(item):
                    if name in part.gone or reference.name in self.known(reference.section):
                        continue
                    target = self.parts.get(reference.section)
                    if target and reference.name in target.gone:
                        self.drop(part, name, f"it needs {target.named(reference.name)}, which is set aside")
                        again = True
                    elif not again:
                        thing = _thing(reference.section)
                        self.problem((*part.paths[name], *reference.path), f"there is no {thing} '{reference.name}'")

    def compare(self) -> None:
        """See that the sections can stand beside each other."""
        for part, name, item in self.everything():
            for problem in part.section.beside(item, self.items):
                self.problem((*part.paths[name], *problem.path), problem.message)

    def items(self, key: str) -> list[Item]:
        """The items of a section: those of the file, or those in force where the file does not have it."""
        if key in self.parts:
            return list(self.parts[key].items.values())
        try:
            return in_force(key)
        except (OperationalError, ProgrammingError):
            return []

    def everything(self) -> Iterator[tuple[Part, str, Item]]:
        for part in self.parts.values():
            for name, item in part.items.items():
                yield part, name, item

    def known(self, key: str) -> set[str]:
        """The names that a reference to the section `key` may use."""
        section = next((section for section in sections() if section.key == key), None)
        if isinstance(section, MappingSection):
            items = self.parts[key].items.values() if key in self.parts else self.settings(section)
            return {name for item in items for name in section.names(item)}
        if not isinstance(section, ListSection):
            return set()
        if key in self.parts:
            kept = set() if section.retires else self.stored(section)
            return {*section.builtin, *self.parts[key].items, *kept}
        return {*section.builtin, *self.stored(section)}

    def stored(self, section: ListSection) -> set[str]:
        """The names in force in the database; none when there is no database to ask (yet)."""
        if section.key not in self.names:
            try:
                self.names[section.key] = set(section.present())
            except (OperationalError, ProgrammingError):
                self.names[section.key] = set()
        return self.names[section.key]

    def settings(self, section: MappingSection) -> list[Item]:
        """What is in force of a mapping; nothing when there is none, or no database to ask (yet)."""
        try:
            item = section.present()
        except (OperationalError, ProgrammingError):
            return []
        return [] if item is None else [completed(section.schema, item)]


def _thing(key: str) -> str:
    return next((section.thing for section in sections() if section.key == key), key)


def _dotted(note: Aside) -> str:
    return ".".join(str(part) for part in note.path)


def _without(item: Item, path: Path) -> None:
    """Take the key at `path` out of an item, so that its default takes its place."""
    inner: object = item
    for step in path[:-1]:
        inner = inner[step]  # type: ignore[index]
    if isinstance(inner, dict):
        inner.pop(path[-1], None)
