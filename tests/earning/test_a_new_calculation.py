"""A new calculation is one file in the folder of calculations: everything else follows from it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from core.earning import calculations
from core.earning.calculations import CALCULATIONS, discover
from core.programme.exporting import export, schema
from tests.activities.conftest import ada, join, shop, wallet_of  # noqa: F401
from tests.programme.conftest import apply, run, written  # noqa: F401
from tests.shop import order

FILE = '''
from django.utils.translation import gettext_noop

from core.brand.explanation import Explanation
from core.earning.calculations.base import Award, Calculation, Settings


class ByLetter(Calculation):
    """`settings: {each: 2}` for each letter of the reference."""

    name = "by_letter"
    example = '{"each": 2}'

    class model(Settings):
        each: int

    def points(self, activity, standing):
        return Award(self.settings.each * len(activity.reference), self.sentence())

    def sentence(self):
        return Explanation(gettext_noop("%(each)s for each letter."), {"each": {"points": self.settings.each}})
'''
PROGRAMME = "earning:\n  - {slug: letters, activity: order.paid, calculation: by_letter, settings: {each: %s}}\n"
BEFORE = dict(CALCULATIONS)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose files count as files of the folder of calculations, until the test is over."""
    found = tmp_path / "calculations"
    found.mkdir()
    known = set(sys.modules)
    monkeypatch.setattr(calculations, "__path__", [*calculations.__path__, str(found)])
    yield found
    for name in {name for name in sys.modules if name.startswith(f"{calculations.__name__}.")} - known:
        del sys.modules[name]
        delattr(calculations, name.rpartition(".")[2])


@pytest.fixture
def by_letter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one file is there when the process starts."""
    (folder / "by_letter.py").write_text(FILE)
    for name, kind in discover().items():
        monkeypatch.setitem(CALCULATIONS, name, kind)


def test_the_programme_file_has_it(db, by_letter, written, apply):  # noqa: F811
    assert run("programme", "check", written(PROGRAMME % 3)).code == 0
    wrong = run("programme", "check", written(PROGRAMME % "many"))
    assert wrong.code != 0
    assert "settings.each: must be a valid integer" in wrong.err
    assert apply(PROGRAMME % 3).err == ""
    said = export()
    assert "calculation: by_letter" in said
    assert apply(said).lines == ["Nothing to change: the programme is as the file says."]
    assert "by_letter" in schema()["properties"]["earning"]["items"]["properties"]["calculation"]["enum"]


def test_an_event_is_worth_what_it_says(shop, ada, wallet_of, by_letter, apply):  # noqa: F811
    apply(PROGRAMME % 3)
    assert shop.send(order("ada@example.com", "order")).json()["points"] == 15
    assert wallet_of(ada).available == 15
    assert "3 points for each letter." in Client().get("/fairness/").content.decode()


def test_staff_choose_it(owner, by_letter):
    page = owner.get("/admin/earning/rule/add/").content.decode()
    assert '<option value="by_letter">by_letter</option>' in page
    assert 'by_letter: {"each": 2}' in page


def test_without_its_file_it_is_not_there(db, written):  # noqa: F811
    assert CALCULATIONS == BEFORE == discover()
    assert set(BEFORE) == {"cash_back", "first_time", "flat", "mystery", "per_amount"}
    assert run("programme", "check", written(PROGRAMME % 3)).code != 0


def test_two_of_one_name_are_refused(folder: Path):
    (folder / "by_letter.py").write_text(FILE.replace('"by_letter"', '"flat"'))
    with pytest.raises(ImproperlyConfigured, match="Two calculations are called 'flat'"):
        discover()
