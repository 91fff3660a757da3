"""A browser without scripts that goes to the real site and keeps its cookies."""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path


@dataclass
class Page:
    """What a request came back with, where it ended, and the seconds it took."""

    status: int
    text: str
    path: str
    seconds: float


@dataclass
class Browser:
    """One person's browser at the site on this machine's `port`; mail lies as files in `letters`."""

    port: int
    letters: Path
    cookies: CookieJar = field(default_factory=CookieJar)

    @property
    def session(self) -> str:
        """The session's cookie, as a header has it."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.cookies)

    def get(self, path: str) -> Page:
        return self._ask(path, None)

    def send(self, page: str, form: str, **fields: str) -> Page:
        """Open a page and send the form that goes to `form` with these fields."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(page).text)
        assert token, f"There is no form on {page}."
        return self._ask(form, {"csrfmiddlewaretoken": token[1], **fields})

    def sign_in(self, email: str) -> None:
        """Sign up or in by the code in the mail."""
        self.send("/accounts/login/", "/accounts/login/", email=email)
        page = self.send("/accounts/code/", "/accounts/code/", code=self._code(email))
        assert (page.status, page.path) == (200, "/"), page

    def _code(self, email: str) -> str:
        until = time.monotonic() + 10
        while time.monotonic() < until:
            for file in sorted(self.letters.glob("*"), key=lambda each: each.stat().st_mtime, reverse=True):
                words = file.read_text()
                if f"To: {email}" in words and (code := re.search(r"^(\d{6})$", words, re.MULTILINE)):
                    return code[1]
            time.sleep(0.05)
        raise AssertionError(f"No code came for {email}.")

    def _ask(self, path: str, fields: dict[str, str] | None) -> Page:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        body = urllib.parse.urlencode(fields).encode() if fields is not None else None
        began = time.monotonic()
        try:
            answer = opener.open(f"http://127.0.0.1:{self.port}{path}", body, timeout=30)
        except urllib.error.HTTPError as problem:
            answer = problem
        with answer:
            text = answer.read().decode()
            return Page(answer.status, text, urllib.parse.urlsplit(answer.url).path, time.monotonic() - began)
