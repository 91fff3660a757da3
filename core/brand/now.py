"""The brand as pages read it: asked with whatever else a page asks, and made once for each state it is in."""

from __future__ import annotations

import copy
from collections import OrderedDict

from core.brand.models import Brand
from core.bulk.questions import Answer, Question, Questions

KEPT = 4
BRAND = Question(lambda: Brand.objects.filter(pk=1))
_alone = Questions(BRAND)
_made: OrderedDict[str, Brand] = OrderedDict()


def read() -> Brand:
    """The brand's settings as they stand in the database now (one query). Raises Brand.DoesNotExist without any."""
    return brand_in(_alone.ask())


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
    return copy.copy(brand)
