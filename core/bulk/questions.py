"""Reading for pages: what each question is made of is put together once, and many are asked in one statement.

The ORM takes several times as long to put a query together as the database to answer it, and each query is a way there
and back. A page that asks all it shows at once has one moment of the database before it, and the text of the answers
tells whether anything of it has changed since they were last given.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.db import connection, models

from core.bulk.columns import NUMBERS, TEXTS

# What stands for a value while a statement is put together; no real value is any of these.
MARKS: dict[str, Callable[[int], Any]] = {
    "int": lambda place: 7_093_218_555_000_000 + place,
    "str": lambda place: f"mark-9d2c6f1e-{place}",
    "datetime": lambda place: datetime(1907, 3, 5, 7, 11, 13, 170_019 + place, tzinfo=UTC),
}
AS_THEY_ARE = NUMBERS | TEXTS | {"BooleanField", "ForeignKey", "OneToOneField"}
Parse = Callable[[Any], Any]


class Question[Row]:
    """A queryset of values that are given later.

    `made` is called once, with a mark in the place of each of its parameters (int, str, or datetime by annotation), and
    must put them into the query as they are.
    """

    def __init__(self, made: Callable[..., models.QuerySet[Any, Row]]) -> None:
        self._made = made
        # By annotation, which is a text in every module here.
        wanted = inspect.signature(made).parameters.values()
        self._marks = {each.name: MARKS[str(each.annotation)](place) for place, each in enumerate(wanted)}

    @cached_property
    def form(self) -> _Form:
        """The statement and how its rows are read."""
        return _Form.of(self._made(**self._marks), self._marks)

    def rows(self, text: str) -> list[Row]:
        """The rows in the text of an answer."""
        return self.form.rows(json.loads(text))


class Questions:
    """Some questions that are asked together, in one statement."""

    def __init__(self, *questions: Question[Any]) -> None:
        self.questions = tuple(dict.fromkeys(questions))

    @cached_property
    def _sql(self) -> str:
        forms = [question.form for question in self.questions]
        tables = ", ".join(form.table(f"asked_{place}") for place, form in enumerate(forms))
        answers = ", ".join(form.answer(f"asked_{place}") for place, form in enumerate(forms))
        return f"WITH {tables} SELECT {answers}"

    def ask(self, **values: Any) -> Answer:
        """Ask all of them, with these values for their parameters."""
        params = [param for question in self.questions for param in question.form.given(values)]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, params)
            found = cursor.fetchone()
        return Answer(dict(zip(self.questions, found, strict=True)))


class Answer:
    """What was answered: the same text as long as nothing in it changes, and the rows that are in it."""

    def __init__(self, texts: dict[Question[Any], str]) -> None:
        self._texts = texts
        self._rows: dict[Question[Any], list[Any]] = {}

    def __contains__(self, question: Question[Any]) -> bool:
        return question in self._texts

    def __iter__(self) -> Iterator[Question[Any]]:
        return iter(self._texts)

    def text(self, question: Question[Any]) -> str:
        """The answer as it came. Raises KeyError for a question that was not asked."""
        return self._texts[question]

    def rows[Row](self, question: Question[Row]) -> list[Row]:
        """The rows of the answer, made when they are first looked at."""
        if question not in self._rows:
            self._rows[question] = question.rows(self._texts[question])
        return self._rows[question]

    def first[Row](self, question: Question[Row]) -> Row | None:
        """The first row, if there is any."""
        rows = self.rows(question)
        return rows[0] if rows else None


@dataclass(frozen=True, slots=True)
class _Given:
    """A parameter of a statement: the value of that name as the adapter takes it, or one that never changes."""

    name: str
    fixed: Any
    adapted: Parse


@dataclass(frozen=True, slots=True)
class _Form:
    """One statement as it was put together, and how rows are made of what it finds."""

    sql: str
    params: tuple[_Given, ...]
    compiler: Any
    queryset: Any
    columns: tuple[tuple[str, Parse | None], ...]
    converters: dict[int, Any]
    on_postgresql: bool

    @classmethod
    def of(cls, queryset: Any, marks: dict[str, Any]) -> _Form:
        compiler = queryset.query.get_compiler(queryset.db)
        sql, params = compiler.as_sql()
        given = tuple(_given(param, marks, compiler.connection) for param in params)
        if missing := marks.keys() - {each.name for each in given}:
            raise ValueError(f"These values stand nowhere in the statement as they are: {sorted(missing)}")
        columns = tuple(_column(expression, compiler.connection) for expression, _sql, _alias in compiler.select)
        converters = compiler.get_converters([expression for expression, _sql, _alias in compiler.select])
        return cls(sql, given, compiler, queryset, columns, converters, compiler.connection.vendor == "postgresql")

    def table(self, name: str) -> str:
        """The statement as a named part of another."""
        return f"{name}({', '.join(f'c{place}' for place in range(len(self.columns)))}) AS ({self.sql})"

    def answer(self, name: str) -> str:
        """All rows of that part as the text of one list."""
        values = ", ".join(cast.format(f"c{place}") for place, (cast, _parse) in enumerate(self.columns))
        if self.on_postgresql:
            return f"(SELECT coalesce(json_agg(json_build_array({values})), '[]')::text FROM {name})"
        return f"(SELECT json_group_array(json_array({values})) FROM {name})"

    def given(self, values: dict[str, Any]) -> list[Any]:
        """The parameters of the statement for these values."""
        return [each.adapted(values[each.name]) if each.name else each.fixed for each in self.params]

    def rows(self, found: list[list[Any]]) -> list[Any]:
        """Rows as the queryset itself would have made them."""
        for place, (_cast, parse) in enumerate(self.columns):
            if parse is not None:
                for row in found:
                    if row[place] is not None:
                        row[place] = parse(row[place])
        told = _Told(self.compiler, list(self.compiler.apply_converters(found, self.converters)))
        queryset = SimpleNamespace(
            db=self.queryset.db,
            model=self.queryset.model,
            query=SimpleNamespace(get_compiler=lambda *args, **kwargs: told),
            _fetch_mode=self.queryset._fetch_mode,
            _known_related_objects={},
        )
        return list(self.queryset._iterable_class(queryset))


class _Told:
    """Stands for a compiler whose query was answered already, with rows of what Python knows them as."""

    def __init__(self, compiler: Any, rows: list[list[Any]]) -> None:
        self.select, self.klass_info = compiler.select, compiler.klass_info
        self.annotation_col_map = compiler.annotation_col_map
        self._rows = rows

    def execute_sql(self, **kwargs: Any) -> None:
        return None

    def results_iter(self, results: None = None, *, tuple_expected: bool = False, **kwargs: Any) -> Any:
        return map(tuple, self._rows) if tuple_expected else iter(self._rows)


def _given(param: Any, marks: dict[str, Any], connection: Any) -> _Given:
    for name, mark in marks.items():
        if isinstance(mark, datetime):
            adapt = connection.ops.adapt_datetimefield_value
            if param in (mark, adapt(mark)):
                return _Given(name, None, adapt)
        elif param == mark:
            return _Given(name, None, type(param))
    return _Given("", param, str)


def _column(expression: Any, connection: Any) -> tuple[str, Parse | None]:
    """How a column (`{}`) is put into a list, and what is made of it before Django's own converters."""
    kind = expression.output_field.get_internal_type()
    on_postgresql = connection.vendor == "postgresql"
    if kind == "JSONField":
        # SQLite remembers of some texts that they are JSON; put together anew they are texts.
        return "CAST({} AS text)" if on_postgresql else "({} || '')", None
    if kind == "DateTimeField":
        return "{}", _moment if on_postgresql else None
    if kind == "DateField":
        return "{}", date.fromisoformat if on_postgresql else None
    if kind == "UUIDField":
        return "{}", UUID if on_postgresql else None
    if kind not in AS_THEY_ARE:
        raise TypeError(f"A question cannot read a {kind} yet.")
    return "{}", None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
