"""What every calculation is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from pydantic import BaseModel, ConfigDict
from pydantic import ValidationError as PydanticError

from core.brand.explanation import Explanation
from core.brand.periods import Per


class Settings(BaseModel):
    """The settings of a calculation, validated; nothing else may stand in them."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


@dataclass(frozen=True, slots=True)
class Fact:
    """An activity as a calculation sees it. `amount` is what is left of it, in hundredths of the currency."""

    type: str
    at: datetime
    reference: str = ""
    amount: int = 0
    taken_back: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """A member as a calculation sees them: `earned` points in all so far, net of what was taken back."""

    earned: int = 0


@dataclass(frozen=True, slots=True)
class Award:
    """What an activity is worth in points, and why."""

    points: int
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` awards in each calendar period."""

    count: int
    per: Per


class Calculation(ABC):
    """How points follow from an activity and a standing; never from a member or the database.

    A subclass sets `name` as programmes write it and the model of its `settings`; `limit` when it has one of its own.
    """

    name: ClassVar[str]
    model: ClassVar[type[Settings]]
    limit: ClassVar[Limit | None] = None

    def __init__(self, settings: Any) -> None:
        self.settings = settings

    @classmethod
    def read(cls, settings: dict[str, Any]) -> Self:
        """The calculation with these settings; raises Django's ValidationError naming what is wrong."""
        try:
            return cls(cls.model.model_validate(settings))
        except PydanticError as error:
            told = [f"{'.'.join(map(str, one['loc'])) or 'settings'}: {one['msg']}" for one in error.errors()]
            raise ValidationError({"settings": told}) from error

    @abstractmethod
    def points(self, activity: Fact, standing: Standing) -> Award:
        """What this activity is worth."""

    @abstractmethod
    def sentence(self) -> Explanation:
        """The rule in people's words."""
