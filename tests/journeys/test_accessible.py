"""Every page and state of a visitor and of a member: nobody is shut out, nothing scrolls sideways, no error is said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from tests.journeys.full_site import FullSite, fill
from tests.mailbox import Mailbox
from tests.site import LiveSite

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
# Night changes colours alone, so that only they are asked about again.
ALL: dict[str, Any] = {"resultTypes": ["violations"]}
COLOURS = {**ALL, "runOnly": ["color-contrast"]}
AXE = Axe().axe_script
SCHEMES: list[tuple[Literal["light", "dark"], dict[str, Any]]] = [("light", ALL), ("dark", COLOURS)]
# All is unfolded, and what would fade from day to night changes at once.
UNFOLD = """() => {
    document.querySelectorAll("details").forEach((each) => (each.open = true));
    const still = new CSSStyleSheet();
    still.replaceSync("*, *::before, *::after { transition: none !important }");
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
}"""
FILL_AND_SEND = """(form, fields) => {
    for (const [name, value] of Object.entries(fields)) {
        const kept = form.querySelector(`[name="${name}"]:not([type=radio], button)`);
        const field = kept ?? form.appendChild(document.createElement("input"));
        field.name = name;
        if (!kept) field.type = "hidden";
        field.removeAttribute("maxlength");
        field.value = value;
    }
    HTMLFormElement.prototype.submit.call(form);
}"""


class Inspector:
    """One browser that goes through all pages and remembers what is wrong with them."""

    def __init__(self, page: Page, site: LiveSite) -> None:
        self.page, self.site = page, site
        self.wrong: list[str] = []
        self.seen = 0
        page.context.on("weberror", lambda error: self.wrong.append(f"{page.url}: {error.error}"))
        page.context.on("console", self._said)
        page.context.on("response", self._answered)

    def _said(self, said: Any) -> None:
        # A page that is refused on purpose is told of on the console as well.
        if said.type == "error" and "the server responded with a status of 4" not in said.text:
            self.wrong.append(f"{self.page.url}: {said.text}")

    def _answered(self, answer: Any) -> None:
        if answer.status >= 400 and answer.request.resource_type != "document":
            self.wrong.append(f"{self.page.url}: {answer.url} answers {answer.status}")

    def visit(self, path: str) -> None:
        """Open the page at `path`, which must be there, and look at it."""
        self.page.set_viewport_size(PHONE)
        answer = self.page.goto(f"{self.site.url}{path}")
        assert answer is not None, path
        assert answer.status == 200, path
        self.look(path)

    def look(self, name: str) -> None:
        """Look at what is shown, with everything unfolded: on a phone and at a desk, by day and by night."""
        self.seen += 1
        self.page.evaluate(AXE)
        self.page.evaluate(UNFOLD)
        for size in (PHONE, DESK):
            self.page.set_viewport_size(size)
            wide, shown = self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            if wide > shown:
                self.wrong.append(f"{name} at {size['width']}: {wide} wide")
            for scheme, asked in SCHEMES:
                self.page.emulate_media(color_scheme=scheme)
                for found in self.page.evaluate("(asked) => axe.run(document, asked)", asked)["violations"]:
                    nodes = [str(node["target"]) for node in found["nodes"][:3]]
                    self.wrong.append(f"{name} at {size['width']}, {scheme}: {found['id']} {nodes}")

    def send(self, form: str, **fields: str) -> None:
        """Send a form as it is without scripts, whatever the browser would say of what is filled in."""
        sent = self.page.locator(form).first
        with self.page.expect_navigation():
            sent.evaluate(FILL_AND_SEND, fields)


@pytest.fixture
def inspector(live_site: LiveSite, browser: Browser) -> Iterator[Inspector]:
    """A browser that has seen nothing yet."""
    # A worker would ask for each page again, and its asking would look like one of the page's own.
    context = browser.new_context(reduced_motion="reduce", service_workers="block")
    yield Inspector(context.new_page(), live_site)
    context.close()


@pytest.fixture
def full(live_site: LiveSite) -> FullSite:
    """The site with something on every page."""
    return fill()


def test_every_page_of_a_visitor(inspector: Inspector, full: FullSite, mailbox: Mailbox) -> None:
    for path in [*full.visitors_pages, "/accounts/login/", "/offline/"]:
        inspector.visit(path)
    page = inspector.page
    page.goto(f"{inspector.site.url}/nowhere/")
    inspector.look("a page that is not there")
    page.goto(f"{inspector.site.url}/accounts/login/")
    inspector.send("#email-form", email="not an address", referral_code="WHO")
    inspector.look("a wrong e-mail")
    inspector.send("#email-form", email="grace@example.com")
    inspector.look("the code")
    inspector.send("form:has([name=code])", code="12")
    inspector.look("a wrong code")
    for _ in range(5):
        page.goto(f"{inspector.site.url}/accounts/login/")
        inspector.send("#email-form", email="grace@example.com")
    inspector.look("too often")
    assert page.get_by_role("heading", level=1).inner_text() == "A moment, please"
    assert inspector.wrong == [], "\n".join(inspector.wrong)
    assert inspector.seen == 26


def test_every_page_of_a_member(inspector: Inspector, full: FullSite) -> None:
    signed_in = Client()
    signed_in.force_login(full.ada)
    session = signed_in.cookies[settings.SESSION_COOKIE_NAME].value
    page, url = inspector.page, inspector.site.url
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])
    for path in full.members_pages:
        inspector.visit(path)
    page.goto(f"{url}/admin/")
    inspector.look("a page of somebody else")
    page.goto(f"{url}/me/")
    inspector.send("form:has([name=alias])", alias="x" * 500)
    inspector.look("a wrong profile")
    page.goto(f"{url}/rewards/ferment-class/")
    inspector.send("form[action$='/booking/']")
    inspector.look("no date chosen")
    page.goto(f"{url}/rewards/ferment-class/")
    inspector.send("form[action$='/booking/']", session="full")
    inspector.look("sold out")
    page.goto(f"{url}/give/seed-library/")
    inspector.send("form:has(input[name=points])", points="0")
    inspector.look("a wrong gift")
    page.goto(f"{url}/give/seed-library/")
    inspector.send("form:has(input[name=points])", points="100")
    inspector.look("a gift to confirm")
    assert page.get_by_role("button", name="Yes").is_visible()
    assert inspector.wrong == [], "\n".join(inspector.wrong)
    assert inspector.seen == len(full.members_pages) + 6
