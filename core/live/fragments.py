"""The fragments that change by themselves, by name; each app names its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Context = Callable[..., dict[str, Any]]


@dataclass(frozen=True)
class Fragment:
    """A part of a page: the template that owns it and the function that gathers what it shows."""

    name: str
    template: str
    context: Context
    public: bool


_fragments: dict[str, Fragment] = {}


def fragment(name: str, template: str, *, public: bool = False) -> Callable[[Context], Context]:
    """Register a fragment under the name that `push` uses.

    `template` is "page.html#partial", whose root element has the id `name` or `name-<slug>`. The decorated function is
    called as fn(member, **args), or fn(**args) for a public fragment, and returns the template's context; it may return
    an empty one, or raise ObjectDoesNotExist to show nothing. A public fragment is rendered once for everybody who
    reads the same language, so its context holds nothing of one member.
    """

    def register(context: Context) -> Context:
        _fragments[name] = Fragment(name, template, context, public)
        return context

    return register


def named(name: str) -> Fragment | None:
    """The fragment of that name, if an app has named one."""
    return _fragments.get(name)


def names() -> list[str]:
    """The names of all fragments, which are also what their elements' ids begin with."""
    return sorted(_fragments)
