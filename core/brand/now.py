"""The brand as pages read it: asked with whatever else a page asks, and made once for each state it is in."""

from __future__ import annotations

import copy
from collections import OrderedDict
from functools import cache
from typing import Any

from core.brand.models import Brand
from core.bulk.questions import Answer, Question, Questions

KEPT = 4
BRAND = Question(lambda: Brand.objects.filter(pk=1))
_made: OrderedDict[str, Brand] = OrderedDict()


def read() -> Brand:
    """The brand's settings as they stand in the database now (one query). Raises Brand.DoesNotExist without any."""
    return brand_in(ask())


def ask(questions: tuple[Question[Any], ...] = (), **values: Any) -> Answer:
    """Ask for the brand, and these questions with it (one query)."""
    return _with(questions).ask(**values)


@cache
def _with(questions: tuple[Question[Any], ...]) -> Questions:
    return Questions(BRAND, *questions)


def brand_in(answer: Answer) -> Brand:
    """The brand in an answer to BRAND; its `told` is the text that changes with any of it."""
    text = answer.text(BRAND)
    brand = _made.get(text)
    if brand is None:
        brand = answer.first(BRAND)
        if brand is None:
            raise Brand.DoesNotExist
        brand.told = text
        _made[text] = brand
        while len(_made) > KEPT:
            _made.popitem(last=False)
    # A copy, since whoever changes what they were given must not change it for others.
    mine = Brand.__new__(Brand)
    mine.__dict__.update(brand.__dict__, _state=copy.copy(brand._state))
    return mine
