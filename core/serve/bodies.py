"""Bodies read by the server before a page sees them: bounded, and of a known length.

Django reads nothing of a body sent in chunks, because no header tells its length; so it is measured here.
"""

from __future__ import annotations

from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from typing import Any, Protocol
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from core.web.bodies import limit

IN_MEMORY = 256 * 1024  # a longer body lies in a file
CHUNK = 64 * 1024
# A client that is still sending does not read the answer, so a body that is too large is listened to for a while.
PATIENCE = 64 * 1024 * 1024


class Reader(Protocol):
    """What a server gives to read a body from."""

    def read(self, size: int) -> bytes: ...


class Body:
    """At most `most` bytes of what was sent, and one more if there was more; the rest is dropped."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.length = 0
        self.sent = 0
        self.file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115

    def write(self, chunk: bytes) -> None:
        """Take the next piece."""
        self.sent += len(chunk)
        kept = chunk[: self.most + 1 - self.length]
        self.file.write(kept)
        self.length += len(kept)

    @property
    def is_endless(self) -> bool:
        """Whether so much was sent that it is time to answer all the same."""
        return self.sent > PATIENCE


def measured(pages: WSGIApplication) -> WSGIApplication:
    """`pages`, which then see a length on every body, and never more than one byte above what its address may carry."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        declared = environ.get("CONTENT_LENGTH") or ""
        most = limit(environ.get("PATH_INFO", ""))
        if declared.isdigit() and int(declared) <= most:
            return pages(environ, start_response)
        if not declared and "chunked" not in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            return pages(environ, start_response)
        body = _received(environ["wsgi.input"], most, int(declared) if declared.isdigit() else None)
        with body.file:
            environ["wsgi.input"] = body.file
            environ["CONTENT_LENGTH"] = str(body.length)
            return _whole(pages(environ, start_response))

    return application


def _received(source: Reader, most: int, declared: int | None) -> Body:
    body = Body(most)
    while not body.is_endless:
        wanted = CHUNK if declared is None else min(CHUNK, declared - body.sent)
        chunk = source.read(wanted) if wanted > 0 else b""
        if not chunk:
            break
        body.write(chunk)
    body.file.seek(0)
    return body


def _whole(answer: Any) -> Iterable[bytes]:
    # Made while the body is still open; an answer to a body that came in chunks is short.
    try:
        return list(answer)
    finally:
        getattr(answer, "close", lambda: None)()
