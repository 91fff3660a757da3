"""The sections `kinds` and `sources` of the programme file."""

from __future__ import annotations

from collections.abc import Iterable

from core.activities import kinds
from core.activities.models import SITE, Kind, Source
from core.sections import (
    KIND,
    SLUG,
    Applying,
    Aside,
    Item,
    ListSection,
    Problem,
    choice,
    mapping,
    register,
    text,
)

RUNNING = ("standard",)  # the kinds of source whose events this version understands


class Kinds(ListSection):
    """The activities that the brand sends beside the built-in ones."""

    key, thing, order, identity = "kinds", "kind", 20, "kind"
    builtin = frozenset(kinds.BUILT_IN)
    schema = mapping({"kind": KIND, "title": text(120)}, required=["kind", "title"])

    def check(self, item: Item) -> Iterable[Problem]:
        if item["kind"] in self.builtin:
            yield Problem(("kind",), f"'{item['kind']}' is built in and need not be listed")

    def present(self) -> dict[str, Item]:
        return {kind.slug: {"kind": kind.slug, "title": kind.title} for kind in Kind.objects.filter(retired=False)}

    def put(self, item: Item, applying: Applying) -> None:
        Kind.objects.update_or_create(slug=item["kind"], defaults={"title": item["title"], "retired": False})

    def retire(self, name: str, applying: Applying) -> None:
        Kind.objects.filter(slug=name).update(retired=True)


class Sources(ListSection):
    """Who may send events. Secrets are neither written nor read here, and what the file does not name stays."""

    key, thing, order = "sources", "source", 25
    retires = False
    schema = mapping(
        {"slug": SLUG | {"maxLength": 50}, "kind": choice("standard", "shopify", "woocommerce", "stripe")},
        required=["slug", "kind"],
    )

    def check(self, item: Item) -> Iterable[Problem]:
        if item["slug"] == SITE:
            yield Problem(("slug",), f"'{SITE}' is the site itself and need not be listed")

    def aside(self, item: Item) -> Iterable[Aside]:
        if item["kind"] not in RUNNING:
            yield Aside((), f"kind '{item['kind']}' is not available in this version")

    def present(self) -> dict[str, Item]:
        listed = Source.objects.exclude(slug=SITE)
        return {source.slug: {"slug": source.slug, "kind": source.kind} for source in listed}

    def put(self, item: Item, applying: Applying) -> None:
        Source.objects.update_or_create(slug=item["slug"], defaults={"kind": item["kind"]})


register(Kinds())
register(Sources())
