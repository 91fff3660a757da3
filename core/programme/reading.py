"""Reads a programme file: YAML of plain words, with the line of every key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from yaml import MarkedYAMLError
from yaml.composer import Composer
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.parser import Parser
from yaml.reader import Reader, ReaderError
from yaml.resolver import BaseResolver
from yaml.scanner import Scanner

from core.sections import Path

LARGEST = 1024 * 1024  # bytes of a file
MOST_VALUES = 100_000  # after aliases are followed, so that a small file cannot become a huge one
_TAG = "tag:yaml.org,2002:"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class Unreadable(Exception):
    """The file cannot be read; `problems` are whole sentences, each with its place."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass
class Document:
    """What a file says, and in which line (from 1) each key or list item stands."""

    name: str
    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line of `path`, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def located(self, path: Path, message: str) -> str:
        """The problem as a sentence with its place: `demo.yaml:42: challenges[2].tasks[0].count: must be …`."""
        where = f"{self.name}:{self.line(path)}: "
        return where + (f"{dotted(path)}: {message}" if path else message)


def dotted(path: Path) -> str:
    """A path as people write it: `challenges[2].tasks[0].count`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


class _Words(BaseResolver):
    """Only true, false, null and whole numbers are more than words; on, off, yes, no and dates stay as written."""


_Words.add_implicit_resolver(f"{_TAG}bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Words.add_implicit_resolver(f"{_TAG}null", re.compile(r"^(?:null|~|)$"), ["n", "~", ""])
_Words.add_implicit_resolver(f"{_TAG}int", re.compile(r"^-?(?:0|[1-9][0-9]{0,30})$"), list("-0123456789"))


class _Loader(Reader, Scanner, Parser, Composer, _Words):
    """The parts of PyYAML that make nodes; making objects of them is ours, so no tag can run code."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        BaseResolver.__init__(self)


def read(file: str) -> Document:
    """Read the programme in the file of that path; raises Unreadable."""
    path = FilePath(file)
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST + 1)
    except FileNotFoundError:
        raise Unreadable([f"{file}: there is no such file."]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "that is not the name of a file"
        raise Unreadable([f"{file}: cannot be read: {reason}."]) from None
    if len(raw) > LARGEST:
        raise Unreadable([f"{file}: is larger than 1 MiB."])
    return parse(raw, path.name)


def parse(raw: bytes, name: str) -> Document:
    """The programme in these bytes; `name` is what problems call the file; raises Unreadable."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Unreadable([f"{name}:{line}: is not UTF-8 text."]) from None
    builder = _Builder(Document(name))
    try:
        node = _Loader(text).get_single_node()
        if node is not None:
            builder.document.data = builder.build(node, ())
    except ReaderError as error:
        line = text.count("\n", 0, int(error.position)) + 1
        raise Unreadable([f"{name}:{line}: holds a control character."]) from None
    except MarkedYAMLError as error:
        raise Unreadable([f"{name}:{_mark(error)}: is not YAML: {_reason(error)}."]) from None
    except RecursionError:
        raise Unreadable([f"{name}:1: is nested too deeply."]) from None
    if builder.problems:
        raise Unreadable(builder.problems)
    return builder.document


def _mark(error: MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return mark.line + 1 if mark else 1


def _reason(error: MarkedYAMLError) -> str:
    problem = error.problem or error.context or "it cannot be parsed"
    if "'\\t'" in problem:
        return "a tab stands where spaces must"
    return problem.replace("\n", " ")


class _Builder:
    """Makes plain Python values of nodes, and remembers lines."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[str] = []
        self.values = 0
        self.around: set[int] = set()

    def build(self, node: Node, path: Path) -> Any:
        """The value of a node at `path`."""
        self.document.lines.setdefault(path, node.start_mark.line + 1)
        self.values += 1
        if self.values > MOST_VALUES:
            raise Unreadable(
                [f"{self.document.name}:{node.start_mark.line + 1}: holds more than {MOST_VALUES} values."]
            )
        if isinstance(node, ScalarNode):
            return self._scalar(node, path)
        if id(node) in self.around:
            return self._problem(path, "refers to itself")
        self.around.add(id(node))
        try:
            if node.tag == f"{_TAG}seq" and isinstance(node, SequenceNode):
                return [self.build(child, (*path, index)) for index, child in enumerate(node.value)]
            if node.tag == f"{_TAG}map" and isinstance(node, MappingNode):
                return dict(self._pairs(node, path))
        finally:
            self.around.discard(id(node))
        return self._problem(path, f"has a tag ({node.tag}), which is not read")

    def _pairs(self, node: MappingNode, path: Path) -> Iterator[tuple[str, Any]]:
        first: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self._problem(path, "has a key that is not a word")
                continue
            key = key_node.value
            here = (*path, key)
            if key in first:
                self.problems.append(
                    f"{self.document.name}:{line}: {dotted(here)}: stands twice (first in line {first[key]})"
                )
                continue
            first[key] = line
            self.document.lines[here] = line
            if _CONTROL.search(key):
                self._problem(path, "has a key with a control character")
                continue
            yield key, self.build(value_node, here)

    def _scalar(self, node: ScalarNode, path: Path) -> Any:
        value = node.value
        if node.tag == f"{_TAG}int" and re.fullmatch(r"-?[0-9]{1,31}", value):
            return int(value)
        if node.tag == f"{_TAG}bool" and value in ("true", "false"):
            return value == "true"
        if node.tag == f"{_TAG}null" and value in ("null", "~", ""):
            return None
        if node.tag != f"{_TAG}str":
            return self._problem(path, f"has a tag ({node.tag}), which is not read")
        if _CONTROL.search(value):
            return self._problem(path, "must not hold control characters")
        return value

    def _problem(self, path: Path, message: str) -> None:
        self.problems.append(self.document.located(path, message))
