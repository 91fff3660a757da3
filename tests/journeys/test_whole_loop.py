"""The whole loop in real browsers: join, earn live, invite, both rewarded, book, give; and staff curate meanwhile."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from core.activities.models import Activity
from core.audit import laws
from tests.mailbox import Mailbox
from tests.shop import Shop, event, order
from tests.site import LiveSite

SOON = 3_000
PROGRAMME = """
programme:
  name: Fern & Ember
  points_name: {one: leaf, other: leaves}
  languages: [en, tr]
kinds:
  - {kind: review.posted, title: Wrote a review}
earning:
  - {slug: per-euro, activity: order.paid, calculation: per_amount, settings: {points: 1, per: "1.00"}}
  - {slug: review, activity: review.posted, calculation: flat, settings: {points: 50}}
badges:
  - {slug: first-leaf, name: First leaf, description: Your first challenge done}
challenges:
  - slug: first-steps
    title: First steps
    summary: Take an order home and tell us what you cooked.
    join: automatic
    tasks:
      - {slug: order, title: Take an order home, activity: order.paid, count: 1}
      - {slug: review, title: Review something, activity: review.posted, count: 1}
    prize: {points: 150, badge: first-leaf}
  - slug: bring-one
    title: Bring a friend
    join: automatic
    tasks: [{slug: friend, title: A friend who ordered, activity: referral.qualified, count: 1}]
    prize: {points: 100}
referral:
  referrer: {points: 500}
  friend: {points: 250}
  qualifies: {activity: order.paid, minimum: "20.00"}
charities:
  - {slug: seed-library, name: Anatolian Seed Library, about: Keeps 1200 heirloom seeds alive.}
rewards:
  - slug: ferment-class
    kind: experience
    title: An evening of ferments
    cost: 600
    cancel_until_hours: 48
    sessions:
      - {slug: winter, starts: 2099-12-05T18:30:00+03:00, ends: 2099-12-05T21:00:00+03:00, place: Kitchen, seats: 10}
"""


class Sender:
    """Posts over the network, as a shop does."""

    def __init__(self, site: LiveSite) -> None:
        self.site = site

    def post(self, path: str, body: bytes, *, content_type: str, headers: dict[str, str]) -> Any:
        request = urllib.request.Request(
            f"{self.site.url}{path}", body, {**headers, "Content-Type": content_type}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


@pytest.fixture
def shop(live_site: LiveSite, tmp_path: Any) -> Shop:
    """The programme is applied, and the shop has its secret."""
    file = tmp_path / "programme.yaml"
    file.write_text(PROGRAMME)
    call_command("programme", "apply", str(file))
    shop = Shop.opened()
    shop.client = Sender(live_site)
    return shop


def sign_in(page: Page, mailbox: Mailbox, email: str) -> None:
    """One field, then the code from the mail."""
    page.get_by_label("Your e-mail").fill(email)
    page.locator("#email-form button[type=submit]").click()
    page.get_by_label("Code").fill(mailbox.code(email))
    page.get_by_role("button", name="Continue").click()


def stay(page: Page) -> Callable[[], None]:
    """Mark the page, and return what asserts that it was never loaded anew since."""
    page.evaluate("window.unloaded = false")
    return lambda: expect(page.locator("body")).to_be_visible() or _unreloaded(page)


def _unreloaded(page: Page) -> None:
    assert page.evaluate("window.unloaded === false"), "the page was loaded anew"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_the_whole_loop(live_site, shop, mailbox, new_context, scripts):
    ada = new_context(java_script_enabled=scripts).new_page()
    bob = new_context(java_script_enabled=scripts, viewport={"width": 390, "height": 844}).new_page()

    def shows(page: Page, locator: str, text: str) -> None:
        """The text is there: by itself where scripts run, else on the next visit."""
        if not scripts:
            page.reload()
        expect(page.locator(locator)).to_contain_text(text, timeout=SOON)

    # Ada signs up with nothing but an e-mail.
    ada.goto(live_site.url)
    sign_in(ada, mailbox, "ada@example.com")
    expect(ada).to_have_url(f"{live_site.url}/")
    expect(ada.locator("#balance")).to_contain_text("0")

    # The shop tells of an order and a review: points, progress and badge appear where she looks.
    if scripts:
        unloaded = stay(ada)
    shop.send(order("ada@example.com", "order-1", "42.50"))
    shows(ada, "#balance", "42")
    if scripts:
        unloaded()
    ada.goto(f"{live_site.url}/challenges/first-steps/")
    expect(ada.locator("#challenge-first-steps progress").first).to_be_visible()
    if scripts:
        unloaded = stay(ada)
    shop.send(event("review.posted", "ada@example.com", reference="review-1"))
    shows(ada, "#challenge-first-steps", "Completed")
    if scripts:
        expect(ada.get_by_role("status").first).to_contain_text("First leaf", timeout=SOON)
        unloaded()
    ada.goto(f"{live_site.url}/badges/")
    expect(ada.locator("#badges")).to_contain_text("First leaf")
    ada.goto(f"{live_site.url}/wallet/")
    expect(ada.locator("#balance")).to_contain_text("242")

    # She invites Bob by link; he joins in another browser.
    ada.goto(f"{live_site.url}/invite/")
    link = ada.locator("#invite-link").input_value()
    assert link.startswith(f"{live_site.url}/i/")
    bob.goto(link)
    sign_in(bob, mailbox, "bob@example.com")
    expect(bob).to_have_url(f"{live_site.url}/")
    if scripts:
        unloaded = stay(ada)
    shop.send(order("bob@example.com", "order-2", "30.00"))
    shows(ada, "#referrals", "500")
    if scripts:
        unloaded()
    shows(bob, "#balance", "280")

    # Both see why, and neither the other's e-mail.
    for page, own, other in ((ada, "500", "bob@example.com"), (bob, "250", "ada@example.com")):
        page.goto(f"{live_site.url}/wallet/")
        line = page.locator("details").filter(has_text=own).first
        line.locator("summary").click()
        expect(line.locator("p").first).to_be_visible()
        assert other not in page.content()
    expect(ada.locator("#balance")).to_contain_text("842")

    # Ada books a seat, and Bob, who looks at the same class, sees one less.
    bob.goto(f"{live_site.url}/rewards/ferment-class/")
    expect(bob.locator("#seats-winter")).to_contain_text("10")
    ada.goto(f"{live_site.url}/rewards/ferment-class/")
    ada.get_by_role("radio").first.check(force=True)
    ada.get_by_role("button", name="Book").click()
    expect(ada).to_have_url(re.compile("/tickets/"))
    expect(ada.get_by_role("img", name="QR")).to_be_visible()
    shows(bob, "#seats-winter", "9")

    # Bob gives points to a charity, and sees the money before he says yes.
    bob.goto(f"{live_site.url}/give/seed-library/")
    bob.locator("input[name=points]").fill("200")
    bob.get_by_role("button", name="Go on").click()
    expect(bob.locator("main")).to_contain_text("€2.00")
    bob.get_by_role("button", name="Yes").click()
    bob.goto(f"{live_site.url}/give/")
    expect(bob.locator("main")).to_contain_text("€2.00")
    bob.goto(f"{live_site.url}/wallet/")
    expect(bob.locator("#balance")).to_contain_text("80")

    assert Activity.objects.filter(status="parked").count() == 0
    assert [breach for law in laws() for breach in law.check()] == []


def test_staff_put_a_challenge_live_without_help(live_site, shop, mailbox, new_context):
    call_command("staff", "add", "cleo@example.com", "--role", "curator")
    cleo = new_context().new_page()
    cleo.goto(f"{live_site.url}/admin/")
    sign_in(cleo, mailbox, "cleo@example.com")
    expect(cleo).to_have_url(f"{live_site.url}/admin/")
    cleo.goto(f"{live_site.url}/admin/challenges/challenge/add/")
    cleo.locator("[name=title]").press_sequentially("Winter soup")
    expect(cleo.locator("[name=slug]")).to_have_value("winter-soup")
    cleo.locator("[name=summary]").fill("Two pots of soup before the snow melts.")
    cleo.locator("[name=prize_points]").fill("120")
    cleo.locator("[name='tasks-0-title']").fill("Buy soup")
    cleo.locator("[name='tasks-0-slug']").fill("soup")
    cleo.locator("[name='tasks-0-activity']").select_option("order.paid")
    cleo.locator("[name='tasks-0-amount']").fill("2")
    cleo.get_by_role("button", name="Save", exact=True).click()
    cleo.get_by_role("link", name="Winter soup").first.click()

    visitor = new_context().new_page()
    address = f"{live_site.url}/challenges/winter-soup/"
    assert visitor.request.get(address).status == 404, "nobody sees a draft"
    cleo.get_by_role("button", name="Put live").click()
    visitor.goto(address)
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("Winter soup")
    expect(visitor.locator("main")).to_contain_text("120")
