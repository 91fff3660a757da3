"""Makes the database match a programme file, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from core import clock
from core.brand.models import Brand
from core.brand.versions import ADDED, CHANGED, ENDED, Version
from core.brand.versions import Change as Told
from core.programme.checking import Checked, Part, check
from core.programme.reading import Document, Unreadable
from core.programme.shape import completed
from core.sections import Applying, Item, ListSection, MappingSection, Section, sections
from core.web.refused import Refused


@dataclass(frozen=True)
class Change:
    """One thing that a file adds, changes or retires, and what of it changes."""

    verb: str
    section: Section
    name: str
    details: tuple[str, ...] = ()
    item: Item = field(default_factory=dict, compare=False)

    def told(self) -> Told | None:
        """The change as everybody may read it; None for what is told to nobody."""
        verb = {"adds": ADDED, "retires": ENDED}.get(self.verb, CHANGED)
        return (
            Told(self.section.told, verb, self.section.called(self.item)) if self.section.told and self.item else None
        )

    def __str__(self) -> str:
        subject = f"{self.section.thing} {self.name}" if self.name else self.section.key
        return f"{self.verb} {subject}" + (f": {'; '.join(self.details)}" if self.details else "")


@dataclass(frozen=True)
class Report:
    """What an application of a file did (or, in a dry run, would do), and what it set aside."""

    changes: list[Change]
    asides: list[str]


def apply(document: Document, *, dry_run: bool = False) -> Report:
    """Make the database match the file in one transaction; a second time finds nothing to change.

    A dry run does the same work and takes all of it back, so that it also meets every refusal. Raises Unreadable.
    """
    with transaction.atomic():
        Brand.objects.select_for_update().get(pk=1)  # one application after the other
        checked = check(document)
        changes = plan(checked)
        if changes:
            applying = Applying(version=Brand.bump(), now=clock.now())
            _carry_out(checked, changes, applying)
            _verify_names(checked)
            Version.tell(applying.version, filter(None, [change.told() for change in changes]))
        transaction.set_rollback(dry_run)
    return Report(changes, checked.asides)


def plan(checked: Checked) -> list[Change]:
    """What would have to change so that the database is as the file says."""
    changes: list[Change] = []
    for part in checked.parts:
        present = _present(part.section)
        if isinstance(part.section, MappingSection):
            part.items = {name: {**present.get(name, {}), **item} for name, item in part.items.items()}
        for name, item in part.items.items():
            if name not in present:
                changes.append(Change("adds", part.section, name, item=item))
            elif item != present[name]:
                details = tuple(_differences(present[name], item))
                changes.append(Change("changes", part.section, name, details, item))
        if isinstance(part.section, ListSection) and part.section.retires:
            gone = [name for name in present if name not in part.items]
            changes.extend(Change("retires", part.section, name, item=present[name]) for name in gone)
        if isinstance(part.section, ListSection) and part.section.ordered and _out_of_order(part, list(present)):
            changes.append(Change("reorders", part.section, ""))
    return changes


def _out_of_order(part: Part, present: list[str]) -> bool:
    """Whether those that are there stand in another order than in the file; what is new finds its place by itself."""
    return [name for name in part.items if name in present] != [name for name in present if name in part.items]


def _present(section: Section) -> dict[str, Item]:
    """What is in force of a section, completed, by name."""
    if isinstance(section, ListSection):
        return {name: completed(section.schema, item) for name, item in section.present().items()}
    assert isinstance(section, MappingSection)
    item = section.present()
    return {} if item is None else {"": completed(section.schema, item)}


def _carry_out(checked: Checked, changes: list[Change], applying: Applying) -> None:
    """Write what is new or changed in order, then retire backwards, so that nothing outlives what it needs."""
    parts = {part.section.key: part for part in checked.parts}
    for change in [change for change in changes if change.verb in ("adds", "changes")]:
        part = parts[change.section.key]
        _attempt(checked, part, change.name, lambda: change.section.put(part.items[change.name], applying))  # noqa: B023
    for change in reversed([change for change in changes if change.verb == "retires"]):
        section = change.section
        assert isinstance(section, ListSection)
        _attempt(checked, parts[section.key], change.name, lambda: section.retire(change.name, applying))  # noqa: B023
    for part in checked.parts:
        section = part.section
        if isinstance(section, ListSection) and section.ordered and _out_of_order(part, list(section.present())):
            section.arrange(list(part.items), applying)


def _attempt(checked: Checked, part: Part, name: str, write: Any) -> None:
    """Do one write; a "no" of the domain or the database becomes a problem in the line of its item."""
    path = part.paths.get(name, (part.section.key,))
    try:
        write()
    except ValidationError as error:
        raise Unreadable([checked.document.located(path, " ".join(error.messages))]) from error
    except (Refused, DatabaseError) as error:
        raise Unreadable([checked.document.located(path, f"cannot be kept: {str(error).splitlines()[0]}")]) from error


def _verify_names(checked: Checked) -> None:
    """See that what the file leaves alone does not need something that the file has retired."""
    listed = {part.section.key for part in checked.parts}
    names = {section.key: section for section in sections() if isinstance(section, ListSection)}
    known: dict[str, set[str]] = {}
    for section in sections():
        if section.key in listed:
            continue
        for name, item in _present(section).items():
            for reference in section.refers(item):
                key = reference.section
                if key not in names or key not in listed:
                    continue
                if key not in known:
                    known[key] = {*names[key].builtin, *names[key].present()}
                if reference.name not in known[key]:
                    needs = f"the {section.thing} {name}".rstrip()
                    sentence = f"'{reference.name}' cannot go: {needs}, which this file does not list, needs it"
                    raise Unreadable([checked.document.located((key,), sentence)])


def _differences(before: Any, after: Any, place: str = "") -> Iterator[str]:
    """Each key that differs, with both values: `prize.points 500 → 600`."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in {**before, **after}:
            if before.get(key) != after.get(key):
                yield from _differences(before.get(key), after.get(key), f"{place}.{key}".lstrip("."))
        return
    old, new = _by_slug(before), _by_slug(after)
    if old is not None and new is not None and (old or new) and list(old) != [] and set(old) & set(new):
        yield from _differences(old, new, place)
        if [slug for slug in old if slug in new] != [slug for slug in new if slug in old]:
            yield f"{place} in another order"
        return
    yield f"{place} {_short(before)} → {_short(after)}"


def _by_slug(value: Any) -> dict[str, Item] | None:
    if isinstance(value, list) and all(isinstance(part, dict) and "slug" in part for part in value):
        return {part["slug"]: part for part in value}
    return None


def _short(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        value = value.get("slug") or ", ".join(f"{key}: {_short(part)}" for key, part in value.items())
    elif isinstance(value, list):
        value = ", ".join(_short(part) for part in value) or "nothing"
    text = str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
