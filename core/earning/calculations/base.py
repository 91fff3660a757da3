"""What every calculation is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
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
    """An activity as a calculation sees it. `amount` is what is left of it, in hundredths of the currency.

    `id` names it for ever, and `seed` is the secret of the version of the rule that judges it: what is drawn by them is
    drawn the same whenever it is judged.
    """

    type: str
    at: datetime
    reference: str = ""
    amount: int = 0
    taken_back: int = 0
    id: str = ""
    seed: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A member as a calculation sees them, by what happened before the activity in its own time.

    `tier` is the slug of the tier held, empty for none, and `multiplier` what that tier multiplies by; `streak` the
    number of periods in a row, for a rule that counts them; `earned` the points earned in all so far. `points_per_unit`
    is how many points are worth one unit of the currency, by the terms under which the activity was recorded.
    """

    earned: int = 0
    tier: str = ""
    tier_name: str = ""
    multiplier: Fraction = Fraction(1)
    streak: int = 1
    points_per_unit: int = 100


@dataclass(frozen=True, slots=True)
class Award:
    """What an activity is worth in points, and why.

    Where points are a rounded number, `exact` is what was rounded and `sum` how it came about (a value for an
    explanation): multipliers take it from there, so that nothing is rounded twice.
    """

    points: int
    explanation: Explanation
    exact: Fraction | None = None
    sum: Any = None

    @property
    def worth(self) -> Fraction:
        """The worth before rounding."""
        return Fraction(self.points) if self.exact is None else self.exact

    @property
    def formula(self) -> Any:
        """How the worth comes about, as a value for an explanation."""
        return {"points": self.points} if self.sum is None else self.sum


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` awards in each calendar period."""

    count: int
    per: Per


class Calculation(ABC):
    """How points follow from an activity and a standing; never from a member or the database.

    A subclass sets `name` as programmes write it and the model of its `settings`; `limit` when it has one of its own,
    `by_standing` when it looks at more of the standing than `earned`, `draws` when it uses the seed, and `example`, its
    settings as staff may write them. Its file in this folder is all it takes.
    """

    name: ClassVar[str]
    model: ClassVar[type[Settings]]
    limit: ClassVar[Limit | None] = None
    by_standing: ClassVar[bool] = False
    draws: ClassVar[bool] = False
    example: ClassVar[str] = "{}"

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
