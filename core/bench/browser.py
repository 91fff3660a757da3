"""A member's wallet in a real browser, which notes when it was changed under the reader's eyes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from core.bench.reading import CannotRun

if TYPE_CHECKING:
    from playwright.sync_api import Page

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
PATIENCE = 10_000  # ms
WATCH = """() => {
  window.swaps = [];
  const said = () => document.getElementById("balance").textContent;
  let before = said();
  new MutationObserver(() => {
    if (said() === before) return;
    before = said();
    window.swaps.push(Date.now());
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


class Wallet:
    """The open page."""

    def __init__(self, page: Page) -> None:
        self._page, self._seen = page, 0
        page.evaluate(WATCH)

    def swapped(self) -> float:
        """Wait for the next change of the balance, and return its time (s) by this machine's clock."""
        self._page.wait_for_function("seen => window.swaps.length > seen", arg=self._seen, timeout=PATIENCE)
        self._seen += 1
        return float(self._page.evaluate("seen => window.swaps[seen - 1]", self._seen)) / 1000


@contextmanager
def wallet(url: str, cookie: str) -> Iterator[Wallet]:
    """The wallet of the member whose session cookie this is. Raises CannotRun without a browser."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as problem:
        raise CannotRun("A browser needs Playwright (make test installs it).") from problem
    with sync_playwright() as playwright:
        program = next(filter(None, map(shutil.which, PROGRAMS)), None)
        try:
            chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        except Error as problem:
            raise CannotRun("There is no Chromium that starts.") from problem
        name, _equals, value = cookie.partition("=")
        context = chromium.new_context()
        context.add_cookies([{"name": name, "value": value, "url": url}])
        page = context.new_page()
        page.goto(f"{url}/wallet/")
        yield Wallet(page)
        chromium.close()
