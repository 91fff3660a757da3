"""The statement by month: its sums, its page, its sheet of paper and its file."""

from __future__ import annotations

import csv
import io
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from core.brand.explanation import Explanation
from core.brand.models import Brand
from core.ledger import monthly, spending
from core.ledger.models import Entry, Lot, Transfer, Wallet
from core.ledger.monthly import Month, Summary, summary
from core.members.models import Member
from core.web.refused import InsufficientPoints
from tests.ledger.conftest import plans

pytestmark = pytest.mark.django_db
Browser = Callable[[Member], Client]
WHY = Explanation("%(what)s", {"what": "Because."})
MAY = datetime(2026, 5, 1, 12, tzinfo=UTC)


def spend(member: Member, points: int, number: int = 1) -> None:
    spending.spend(member.pk, points, reference=f"spent-{number}", explanation=WHY)


def months(member: Member, brand: Brand, number: int) -> list[Summary]:
    found, month = [], Month.around(MAY, brand)
    for _each in range(number):
        found.append(summary(member.pk, month))
        month = month.after(brand)
    return found


def test_a_month_says_what_was_there_what_came_and_went_and_what_is_there(
    member: Member, brand: Brand, due: Callable[..., None]
) -> None:
    with clock.at(MAY):
        due(member, "a", 100)
        due(member, "b", 30, hold=3)
    with clock.at(MAY + timedelta(days=40)):
        spending_before = Wallet.of(member.pk).available
        due(member, "c", 50)
        due(member, "a", 60)
        spend(member, 20)
    may, june, july = months(member, brand, 3)
    assert (may.opening, may.earned, may.closing) == (0, 100, spending_before)
    assert (june.opening, june.earned, june.spent, june.taken_back) == (100, 80, 20, 40)
    assert june.closing == july.opening == july.closing == Wallet.of(member.pk).available


def test_a_month_begins_at_midnight_where_the_brand_is(member: Member, due: Callable[..., None]) -> None:
    Brand.objects.update(time_zone="Europe/Istanbul")
    brand = Brand.current()
    midnight = datetime(2026, 6, 1, tzinfo=ZoneInfo("Europe/Istanbul"))
    for number, moment in enumerate((midnight - timedelta(seconds=1), midnight)):
        with clock.at(moment):
            due(member, f"{number}", 10)
    may, june = months(member, brand, 2)
    assert (may.earned, june.opening, june.earned) == (10, 10, 10)


acts = st.lists(
    st.tuples(st.integers(0, 120), st.sampled_from(["due", "spend", "give", "return"]), st.integers(1, 60)),
    min_size=1,
    max_size=25,
)


@given(acts)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_month_ends_as_the_next_begins_and_the_last_as_the_wallet_is(
    due: Callable[..., None], said: list[tuple[int, str, int]]
) -> None:
    brand = Brand.current()
    member = Member.objects.create_user(f"m{Member.objects.count()}@example.com")
    spent: list[str] = []
    for number, (day, act, points) in enumerate(sorted(said, key=lambda each: each[0])):
        name = f"{member.pk}:{number}"
        with clock.at(MAY + timedelta(days=day)):
            try:
                if act == "due":
                    # The same few causes, so that some are worth less than before.
                    due(member, f"{member.pk}:{number % 4}", points, hold=points % 3 * 10)
                elif act == "return" and spent:
                    spending.unspend(spent.pop(), reference=f"{name}:back", explanation=WHY)
                elif act != "return":
                    pay = spending.donate if act == "give" else spending.spend
                    pay(member.pk, points, reference=name, explanation=WHY)
                    if act == "spend":
                        spent.append(name)
            except InsufficientPoints:
                continue
    found = months(member, brand, 6)
    assert [one.closing for one in found[:-1]] == [one.opening for one in found[1:]]
    assert found[0].opening == 0
    wallet = Wallet.of(member.pk)
    assert found[-1].closing == wallet.available
    assert sum(one.spent for one in found) == wallet.spent
    assert sum(one.given for one in found) == wallet.donated


@pytest.fixture
def shopped(member: Member, due: Callable[..., None]) -> Member:
    """Ada, with something in May and June."""
    for month in range(2):
        with clock.at(MAY + timedelta(days=31 * month)):
            due(member, f"order-{month}", 100)
            spend(member, 30, month)
    return member


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_the_page_shows_its_month_and_leads_to_those_beside_it(
    shopped: Member, client_of: Browser, django_assert_max_num_queries: Any
) -> None:
    client = client_of(shopped)
    with django_assert_max_num_queries(12):
        shown = page(client, "/wallet/2026-06/")
    assert "<h1>June 2026</h1>" in shown
    assert 'href="/wallet/2026-05/"' in shown
    assert 'href="/wallet/2026-07/"' in shown
    assert "70 points" in shown
    assert "140 points" in shown
    assert shown.count("<details id=") == 2
    assert "Because." in shown
    assert 'href="/wallet/2026-04/"' not in page(client, "/wallet/2026-05/")
    assert "/wallet/2026-12/" not in page(client, f"/wallet/{Month.around(clock.now(), Brand.current()).key}/")


@pytest.mark.parametrize("key", ["2026-04", "2026-13", "2026-00", "0000-01", "9999-12", "2999-01"])
def test_a_month_that_is_not_of_the_member_is_not_there(key: str, shopped: Member, client_of: Browser) -> None:
    client = client_of(shopped)
    for path in (f"/wallet/{key}/", f"/wallet/{key}/printed/", f"/wallet/statement.csv?month={key}"):
        assert client.get(path).status_code == 404
    assert client.get("/wallet/statement.csv").status_code == 404


def test_nobody_reads_anothers_month(shopped: Member, other_member: Member, client_of: Browser) -> None:
    client = client_of(other_member)
    for path in ("/wallet/2026-05/", "/wallet/2026-05/printed/", "/wallet/statement.csv?month=2026-05"):
        assert client.get(path).status_code == 404
        assert Client().get(path)["Location"].startswith("/accounts/login/?next=/wallet/")
        assert client_of(shopped).post(path).status_code == 405


def test_a_long_month_is_paged_and_stays_within_it(
    member: Member, client_of: Browser, due: Callable[..., None]
) -> None:
    for day in range(28, 95):
        with clock.at(MAY + timedelta(days=day)):
            due(member, f"{day}a", 1)
            due(member, f"{day}b", 1)
    client = client_of(member)
    first = page(client, "/wallet/2026-06/")
    before = first.partition('href="?before=')[2].partition('"')[0]
    second = page(client, f"/wallet/2026-06/?before={before}")
    assert (first.count("<details id="), second.count("<details id=")) == (50, 10)
    assert "?before=" not in second
    assert page(client, "/wallet/2026-06/?before=1").count("<details id=") == 0


def test_the_printed_page_has_every_why_open_in_the_order_of_the_days(shopped: Member, client_of: Browser) -> None:
    shown = page(client_of(shopped), "/wallet/2026-05/printed/")
    assert "<details" not in shown
    assert shown.index("A test") < shown.index("Because.")


def rows(client: Client, month: str) -> list[list[str]]:
    answer = client.get(f"/wallet/statement.csv?month={month}")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="statement-{month}.csv"'
    content = b"".join(answer.streaming_content).decode()
    assert content.count("\n") == content.count("\r\n")
    return list(csv.reader(io.StringIO(content, newline="")))


def test_the_file_has_a_line_for_each_movement(shopped: Member, client_of: Browser) -> None:
    Member.objects.update(time_zone="Europe/Istanbul")
    assert rows(client_of(shopped), "2026-05") == [
        ["posted_at", "reason", "about", "points", "balance", "explanation"],
        ["2026-05-01T15:00:00+03:00", "Earned", "", "100", "100", "A test"],
        ["2026-05-01T15:00:00+03:00", "Spent", "", "-30", "70", "Because."],
    ]


def test_the_file_is_in_the_language_of_who_reads_it(shopped: Member, client_of: Browser) -> None:
    Member.objects.update(language="tr")
    header, *lines = rows(client_of(shopped), "2026-05")
    assert header[0] == "posted_at"
    assert lines[0][1] == "Kazanıldı"


def test_a_long_file_is_whole_and_written_in_pieces(
    member: Member, client_of: Browser, due: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monthly, "CHUNK", 3)
    for number in range(10):
        with clock.at(MAY + timedelta(hours=number)):
            due(member, f"{number}", number + 1)
    assert [row[3] for row in rows(client_of(member), "2026-05")[1:]] == [f"{number + 1}" for number in range(10)]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '"=1,2'])
def test_no_cell_of_the_file_is_a_formula(text: str, member: Member, client_of: Browser) -> None:
    with clock.at(MAY):
        spending.adjust(member.pk, 5, reference="gift", explanation=Explanation("%(text)s", {"text": text}, thing=text))
    row = rows(client_of(member), "2026-05")[1]
    assert row[2] == row[5] == (text if text.startswith('"') else f"'{text}")


# Ten thousand in each month. `MOVEMENTS=1000000` fills a wallet for eight years, of which each page reads as much.
MOVEMENTS = int(os.environ.get("MOVEMENTS", "200000"))
SECONDS = 259  # from one to the next
LATEST = datetime(2026, 11, 1, 12, tzinfo=UTC)
OLDEST = LATEST - timedelta(seconds=SECONDS * MOVEMENTS)


@pytest.fixture
def busy(member: Member) -> Member:
    """Ada, whose wallet moved ten thousand times in each of many months."""
    Wallet.objects.create(member=member, available=MOVEMENTS, earned=MOVEMENTS)
    lot = Lot.objects.create(cause="all", member=member, points=MOVEMENTS, at=OLDEST)
    series = (
        f"SELECT n FROM generate_series(1, {MOVEMENTS}) AS s(n)"
        if connection.vendor == "postgresql"
        else f"WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {MOVEMENTS}) SELECT n FROM s"
    )
    moment = (
        f"%s::timestamptz + n * interval '{SECONDS} seconds'"
        if connection.vendor == "postgresql"
        else f"strftime('%%Y-%%m-%%d %%H:%%M:%%S', unixepoch(%s) + n * {SECONDS}, 'unixepoch')"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_transfer (id, reference, reason, member_id, lot_id, source, target, points, why, at, "
            f"posted_at) SELECT n, 'r' || n, 'earned', %s, %s, 'issued', 'wallet', 1, '{{}}', {moment}, {moment} "
            f"FROM ({series}) AS series",
            [member.pk, lot.pk, OLDEST, OLDEST],
        )
        cursor.execute(
            "INSERT INTO ledger_entry (id, transfer_id, account, member_id, points, balance) "
            f"SELECT n, n, 'wallet', %s, 1, n FROM ({series}) AS series",
            [member.pk],
        )
        cursor.execute("ANALYZE ledger_transfer")
        cursor.execute("ANALYZE ledger_entry")
    return member


def test_a_wallet_of_very_many_movements_opens_within_a_second(busy: Member, client_of: Browser) -> None:
    assert Entry.objects.count() == Transfer.objects.count() == MOVEMENTS
    client, brand = client_of(busy), Brand.current()
    month = Month.around(LATEST - timedelta(days=60), brand)
    page(client, "/me/")
    for path in ("/wallet/", f"/wallet/{month.key}/", f"/wallet/{month.before(brand).key}/"):
        shown, seconds = "", []
        for _try in range(3):  # the machine may be busy with something else
            began = time.monotonic()
            shown = page(client, path)
            seconds.append(time.monotonic() - began)
        assert min(seconds) < 1, path
        assert shown.count("<details id=") == 50
        with CaptureQueriesContext(connection) as asked:
            page(client, path)
        for plan in plans(asked):
            for table in ("ledger_transfer", "ledger_entry"):
                assert f"SCAN {table}" not in plan, plan
                assert f"Seq Scan on {table}" not in plan, plan
    found = summary(busy.pk, month)
    assert found.opening == (month.starts - OLDEST - timedelta(microseconds=1)) // timedelta(seconds=SECONDS)
    assert found.earned > 9_000
    assert found.opening + found.earned == summary(busy.pk, month.after(brand)).opening
