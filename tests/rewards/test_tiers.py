"""A reward can be for some tiers only."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client

from core.brand.explanation import Explanation
from core.ledger import spending
from core.web.refused import NotEligible
from rewards import booking, catalogue
from rewards.models import Redemption, Reward, Session
from tests.activities.conftest import ada, join  # noqa: F401

PROGRAMME = """
tiers:
  levels:
    - {slug: bronze, name: Bronze, from_points: 0}
    - {slug: gold, name: Gold, from_points: 2000}
rewards:
  - slug: ovens
    kind: experience
    title: Behind the ovens
    cost: 100
    tiers: [gold]
    sessions:
      - {slug: night, starts: 2098-02-06T04:00:00Z, ends: 2098-02-06T07:00:00Z, place: The bakery, seats: 4}
"""


@pytest.fixture
def programme(db, tmp_path):
    file = tmp_path / "programme.yaml"
    file.write_text(PROGRAMME)
    call_command("programme", "apply", str(file))


def test_who_holds_none_of_its_tiers_is_told_what_would_change_it_and_who_does_has_it(programme, ada):  # noqa: F811
    session, reward = Session.objects.get(), Reward.objects.get()
    spending.adjust(ada.pk, 1900, reference="gift", explanation=Explanation("A gift."))
    with pytest.raises(NotEligible, match=r"Gold.*With 100 points more you reach Gold"):
        booking.book(session, member=ada)
    assert catalogue.offer(reward, ada).refusal is not None
    assert Redemption.objects.count() == 0
    spending.adjust(ada.pk, 100, reference="gift 2", explanation=Explanation("A gift."))
    assert catalogue.offer(reward, ada).refusal is None
    assert booking.book(session, member=ada).cost == 100


def test_the_fairness_page_tells_the_ladder(programme, client):
    page = client.get("/fairness/").content.decode()
    assert "From 2,000 points on." in page
    assert "Spending never takes you down." in page


def test_a_reward_for_a_tier_that_there_is_not_is_refused(db, tmp_path, capsys):
    file = tmp_path / "programme.yaml"
    file.write_text(PROGRAMME.replace("tiers: [gold]", "tiers: [golden]"))
    with pytest.raises(SystemExit):
        call_command("programme", "apply", str(file))
    assert "there is no tier 'golden'" in capsys.readouterr().err


def test_the_shelf_says_for_whom_it_is_before_anybody_counts_on_it(programme, ada, client_of):  # noqa: F811
    spending.adjust(ada.pk, 150, reference="some", explanation=Explanation("A gift."))

    assert "From Gold on" in Client().get("/rewards/").content.decode()
    shelf = client_of(ada).get("/rewards/").content.decode()
    assert "From Gold on" in shelf
    assert "You have it" not in shelf
    spending.adjust(ada.pk, 1900, reference="gift", explanation=Explanation("A gift."))
    shelf = client_of(ada).get("/rewards/").content.decode()
    assert "From Gold on" not in shelf
    assert "You have it" in shelf
