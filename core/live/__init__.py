"""What changes on a page by itself, sent as the page's own fragments to whoever looks.

An app names a fragment once, in its module `live_fragments`, which its AppConfig imports in `ready()`::

    @live.fragment("challenge", "challenges/detail.html#progress")          # a member's own: fn(member, **args)
    def challenge(member, slug): return {"challenge": …}

    @live.fragment("seats", "rewards/detail.html#seats", public=True)       # the same for all: fn(**args)
    def seats(session): return {"session": …}

and says wherever it changed, inside the transaction that changed it::

    live.push(member_id, "challenge", slug="first-steps")
    live.push_all("seats", session="december")

The fragment's root element has the id `name` or `name-<slug>` and carries `{% if oob %}hx-swap-oob="true"{% endif %}`.
It is rendered without a request, so it holds no form with a CSRF token of its own, and only if somebody looks.
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from django.db import transaction

from core.live import bus
from core.live.fragments import fragment
from core.live.messages import ANNOUNCEMENT, CLOSE, EVERYBODY, Message, topic_of

__all__ = ["announce", "close", "fragment", "push", "push_all"]


def push(member_id: int, name: str, **args: Any) -> None:
    """Show the member's fragment `name` anew to whoever looks as this member, once the transaction is committed.

    `args` are given to the fragment's function; they must survive JSON. The same push twice in one transaction is one.
    """
    _send(topic_of(member_id), name, args)


def push_all(name: str, **args: Any) -> None:
    """Show the public fragment `name` anew to everybody who looks, once the transaction is committed."""
    _send(EVERYBODY, name, args)


def announce(member_id: int, message: str, **values: Any) -> None:
    """Say a sentence to the member in the page's status region, once the transaction is committed.

    `message` is an English msgid with %(name)s placeholders, marked by gettext_noop where it is written; it is
    translated for whoever reads it. `values` are strings and integers.
    """
    _send(topic_of(member_id), ANNOUNCEMENT, {"message": message, "values": values})


def close(member_id: int, session_key: str | None = None) -> None:
    """Close the member's sockets at once, or only those of one session; for sign-out and deactivation."""
    _send(topic_of(member_id), CLOSE, {"session": session_key})


def _send(topic: str, name: str, args: dict[str, Any]) -> None:
    message = Message(topic, name, json.dumps(args, sort_keys=True))
    transaction.on_commit(partial(bus.send, message), robust=True)
