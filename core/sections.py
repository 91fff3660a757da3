"""The sections of the programme file: what an app writes so that its part can be kept as YAML.

A programme is one YAML file whose top-level keys are *sections* (`badges`, `challenges`, `referral`…). The app that has
one writes it in its module `programme.py`, which is imported by itself once all apps are loaded; there it
subclasses `ListSection` (a list of things with a slug) or `MappingSection` (one group of settings) and calls
`register(TheSection())`. Reading, positions of errors, defaults, comparing, printing, the transaction and the export
are done once, in core/programme; a section only says what its part looks like and how it is kept.

`schema`    JSON Schema of one item (ListSection) or of the mapping (MappingSection). It describes the whole *format*,
            also what this version cannot run yet. Put `default` on each key that may be left out, use `mapping(…)` so
            that no other key passes, `maxLength` as in the model, and where the standard sentence is not good enough
            `x-must` with the whole message ("must be …"). Use the pieces below (SLUG, MOMENT, MONEY, text, whole, …).
`check`     what a schema cannot say, as `Problem(path, "must …")`; `path` starts inside the item:
            ("tasks", 0, "count"). It sees the item completed (see below) and must not ask the database.
`refers`    the names of other things: `Reference(("prize", "badge"), "badges", "critic")`. Whether that exists, in
            the file or in the database, is checked for you.
`beside`    what one item cannot stand beside in another section, as a `Problem`: `others("earning")` are the items of
            that section, of the file or else in force. Keys at their default may be missing in these.
`aside`     what is valid but not available yet: `Aside((), "combine 'streak' is not available in this version")` sets
            the whole item aside, as if the file did not have it; `Aside(("tier_multiplier",), "tiers are …")` drops
            only that key (its default takes its place). Set the whole item aside whenever leaving the key out would
            give somebody more than the file says. Whoever refers to what is set aside is set aside as well.
`present`   what is in force in the database, in the words of the file: {slug: item} in the order to be exported, or
            the mapping, or None. Drafts and what is retired or ended by hand are not in force. Keys at their default
            may be left out. What was put must come back equal, or `apply` would find a change for ever.
`put`       creates or changes one thing (by slug, also when a retired or draft one has it) so that it is in force.
`retire`    ends one thing that the file no longer lists; never deletes. With `retires = False` it stays as it is.
`told`      what people call this part, as a message to be translated, when its changes are told at /fairness/; `called`
            is what they call one thing of it ("" for none), and never the name of a secret.
`arrange`   only with `ordered = True`: gives the things the positions in which the file lists them.

Items arrive *completed*: defaults are filled in at every depth, a MOMENT is an aware datetime in UTC, a MONEY is text
with two decimals ("150.00"; `minor` makes it 15000). `present` may return datetimes in any zone and money as "150".
`put` and `retire` run inside one transaction for the whole file; `applying.version` is the brand version that begins
with it (already bumped: use it for `since` and `until`, and do not bump again). A ValidationError or Refused that they
raise is shown at the item's line and undoes everything.

The complete example is core/brand/programme.py; a list with slugs looks like this:

    class Charities(ListSection):
        key, thing, order = "charities", "charity", 80
        schema = mapping({"slug": SLUG, "name": text(80), "about": text(500, default="")}, required=["slug", "name"])

        def present(self):
            return {c.slug: {"slug": c.slug, "name": c.name, "about": c.about} for c in Charity.objects.open()}

        def put(self, item, applying):
            Charity.objects.update_or_create(slug=item["slug"], defaults={"name": item["name"], …, "closed_at": None})

        def retire(self, slug, applying):
            Charity.objects.get(slug=slug).close()

    register(Charities())
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Item = dict[str, Any]
Path = tuple[str | int, ...]
Schema = dict[str, Any]
Others = Callable[[str], Sequence[Item]]


@dataclass(frozen=True)
class Problem:
    """Something wrong in the file: where (a path inside the item) and the rest of the sentence ("must be …")."""

    path: Path
    message: str


@dataclass(frozen=True)
class Aside:
    """Something that the format knows and this version cannot run: the whole item (path `()`) or one key of it."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Reference:
    """A name at `path` (inside the item) that must be found in the section `section`."""

    path: Path
    section: str
    name: str


@dataclass(frozen=True)
class Applying:
    """The change that is being carried out: the brand version that begins with it, and its moment."""

    version: int
    now: datetime


class Section(ABC):
    """One top-level key of the programme file."""

    key: str
    thing: str  # what one of them is called in the printed plan: "challenge"
    order: (
        int  # when it is applied: programme 10, kinds 20, sources 25, tiers 30, earning 40, badges 50, challenges 60,
    )
    # referral 70, charities 80, rewards 90; retiring goes backwards
    schema: Schema
    told: str = ""

    def called(self, item: Item) -> str:
        """What people call the thing, when its change is told to everybody."""
        return str(item.get("title") or item.get("name") or "")

    def check(self, item: Item) -> Iterable[Problem]:
        """What is wrong with one item beyond its schema."""
        return ()

    def refers(self, item: Item) -> Iterable[Reference]:
        """The names of other things that one item uses."""
        return ()

    def beside(self, item: Item, others: Others) -> Iterable[Problem]:
        """What is wrong with one item beside what other sections say."""
        return ()

    def aside(self, item: Item) -> Iterable[Aside]:
        """What of one item this version cannot run yet."""
        return ()

    @abstractmethod
    def put(self, item: Item, applying: Applying) -> None:
        """Create or change one thing so that it is in force as `item` says."""


class ListSection(Section):
    """A list of things, each with its own name (`identity`, the slug)."""

    identity = "slug"
    retires = True
    ordered = False  # whether the order in the file means something; then `arrange` keeps it
    builtin: frozenset[str] = frozenset()  # names that always exist, though no file lists them

    @abstractmethod
    def present(self) -> dict[str, Item]:
        """What is in force in the database, by name, in the order to be exported."""

    def retire(self, name: str, applying: Applying) -> None:
        """End the thing of that name, which the file no longer lists."""
        raise AssertionError(f"{self.key} retires nothing")

    def arrange(self, names: list[str], applying: Applying) -> None:
        """Keep the order in which the file lists these names (called last, when it is not yet so)."""
        raise AssertionError(f"{self.key} has no order")


class MappingSection(Section):
    """One mapping of settings. Keys without a default that the file leaves out stay as they are."""

    def names(self, item: Item) -> set[str]:
        """The names of the things inside, for those who refer to them."""
        return set()

    @abstractmethod
    def present(self) -> Item | None:
        """What is in force in the database, or None when there is none."""


def in_force(key: str) -> list[Item]:
    """The items of a section as the database has them, in its order; a mapping's only one."""
    section = _sections.get(key)
    if isinstance(section, ListSection):
        return list(section.present().values())
    item = section.present() if isinstance(section, MappingSection) else None
    return [] if item is None else [item]


_sections: dict[str, Section] = {}


def register(section: Section) -> None:
    """Add a section to the format (an app's `programme.py` does so when it is imported)."""
    _sections[section.key] = section


def sections() -> list[Section]:
    """All sections, in the order in which they are applied and exported."""
    return sorted(_sections.values(), key=lambda section: section.order)


# Pieces of schema ---------------------------------------------------------------------------------------------------

SLUG: Schema = {
    "type": "string",
    "pattern": r"^[a-z0-9]+(-[a-z0-9]+)*$",
    "maxLength": 60,
    "x-must": "must be a slug: up to 60 small letters, digits and single hyphens between them",
}
KIND: Schema = {
    "type": "string",
    "pattern": r"^[a-z0-9_]+(\.[a-z0-9_]+)+$",
    "maxLength": 100,
    "x-must": "must be the name of a kind of activity, such as order.paid",
}
MOMENT: Schema = {"type": "string", "format": "date-time"}  # read as an aware datetime
MONEY: Schema = {"type": ["string", "integer"], "format": "money"}  # whole currency units; read as text: "150.00"
FACTOR: Schema = {  # read as text without needless zeros: "1.25"
    "type": ["string", "integer"],
    "format": "factor",
    "pattern": r"^[0-9]{1,3}(\.[0-9]{1,4})?$",
    "x-must": 'must be a factor such as "1.25", in quotes',
}
COLOUR: Schema = {
    "type": "string",
    "pattern": "^#[0-9a-fA-F]{6}$",
    "x-must": 'must be a colour such as "#2f6b4f", in quotes',
}
YES_NO: Schema = {"type": "boolean"}
MOST = 2_147_483_647  # what an integer column holds on both databases


def text(longest: int, shortest: int = 1, **more: Any) -> Schema:
    """Text of `shortest` to `longest` characters; with `default=""` it may be empty."""
    if more.get("default") == "":
        shortest = 0
    return {"type": "string", "minLength": shortest, "maxLength": longest, **more}


def whole(least: int, most: int = MOST, **more: Any) -> Schema:
    """A whole number from `least` to `most`."""
    return {"type": "integer", "minimum": least, "maximum": most, **more}


def choice(*words: str, **more: Any) -> Schema:
    """One of a few words."""
    return {"enum": list(words), **more}


def several(items: Schema, **more: Any) -> Schema:
    """A list."""
    return {"type": "array", "items": items, **more}


def mapping(properties: dict[str, Schema], required: Iterable[str] = (), **more: Any) -> Schema:
    """A mapping of exactly these keys, exported in this order."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        **more,
    }


def optional(schema: Schema) -> Schema:
    """The same, or nothing (None) when the key is left out."""
    kind = schema.get("type")
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None], "default": None}
    return {**schema, "type": [*(kind if isinstance(kind, list) else [kind]), "null"], "default": None}


def minor(money: str) -> int:
    """A completed MONEY ("150.00") in minor units (15000)."""
    return int(money.replace(".", ""))
