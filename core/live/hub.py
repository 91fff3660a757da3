"""One hub a process: knows who looks at what, and renders a change once for all of them."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any

from django.conf import settings

from core.live.codes import GONE, TOO_SLOW
from core.live.messages import ANNOUNCEMENT, CLOSE, EVERYBODY, Message, topic_of
from core.live.subscription import follow

log = logging.getLogger(__name__)

QUEUE = 64  # frames that may wait for one socket before it counts as too slow
SOCKETS_A_MEMBER = 24
RENDERERS = 2
GATHERING = 0.015  # seconds in which the changes of one transaction come together, equal ones into one
RECENT = 5.0  # seconds between rendering a page and opening its socket that are made good
REMEMBERED = 5_000  # changes kept for that
CATCH_UP = "<!--catch-up-->"  # swaps nothing; tells the page's script that something may have been missed


@dataclass(eq=False, slots=True)
class Socket:
    """One open page of a member; `close` ends it with a close code."""

    member_id: int
    session_key: str
    language: str
    close: Callable[[int], Awaitable[None]]
    frames: asyncio.Queue[str] = field(default_factory=partial(asyncio.Queue, QUEUE))


_current: Hub | None = None
_recent: deque[tuple[float, Message]] = deque(maxlen=REMEMBERED)


def post(message: Message) -> None:
    """Take a committed change from any thread; costs next to nothing if nobody in this process looks."""
    _recent.append((monotonic(), message))
    if _current is not None:
        _current.post(message)


def here() -> Hub:
    """The hub of the running event loop, begun when the first socket opens."""
    global _current
    loop = asyncio.get_running_loop()
    if _current is None or _current.loop is not loop:
        _current = Hub(loop)
    return _current


def _recently(*topics: str) -> list[Message]:
    """What of these topics changed a moment ago, once each; a sentence is not said twice."""
    since = monotonic() - RECENT
    found = [message for at, message in _recent.copy() if at >= since and message.topic in topics]
    return [message for message in dict.fromkeys(found) if message.name not in (CLOSE, ANNOUNCEMENT)]


class Hub:
    """Topics and the sockets that follow them; everything but `post` runs on the event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.topics: dict[str, set[Socket]] = {}
        self._renderers: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()
        self._posted: dict[Message, None] = {}
        self._draining: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._watch: asyncio.Task[None] | None = None
        if settings.REDIS_URL:
            self._spawn(follow(self, post))

    # Who looks

    def has_room_for(self, member_id: int) -> bool:
        """Whether one more socket of this member is welcome."""
        return len(self.topics.get(topic_of(member_id), ())) < SOCKETS_A_MEMBER

    def join(self, socket: Socket) -> None:
        """Let a socket follow its member's own topic and everybody's."""
        for topic in (topic_of(socket.member_id), EVERYBODY):
            self.topics.setdefault(topic, set()).add(socket)
        if missed := _recently(topic_of(socket.member_id), EVERYBODY):
            self._spawn(self._remind(socket, missed))
        if self._watch is None or self._watch.done():
            from core.live.watch import watch  # it has models, and this module is read before they are

            self._watch = self._spawn(watch(self))

    def leave(self, socket: Socket) -> None:
        """Forget a socket; harmless for one that is unknown."""
        for topic in (topic_of(socket.member_id), EVERYBODY):
            followers = self.topics.get(topic)
            if followers is not None:
                followers.discard(socket)
                if not followers:
                    del self.topics[topic]
        if not self.topics and self._renderers is not None:
            self._renderers.shutdown(wait=False)  # and with its threads their database connections
            self._renderers = None

    def sockets(self) -> list[Socket]:
        """All sockets of this process."""
        return list(self.topics.get(EVERYBODY, ()))

    def dismiss(self, sockets: Iterable[Socket], code: int) -> None:
        """Forget these sockets and close them, without waiting for those that do not listen."""
        for socket in list(sockets):
            self.leave(socket)
            self._spawn(socket.close(code))

    # What changed

    def post(self, message: Message) -> None:
        """Have a change shown, if anybody here looks; from any thread."""
        if message.topic not in self.topics:
            return
        with self._lock:
            wake = not self._posted
            self._posted[message] = None
        if wake:
            with suppress(RuntimeError):  # the loop has ended, and nobody looks any more
                self.loop.call_soon_threadsafe(self._wake)

    def missed(self) -> None:
        """Ask every page to look again, since changes may have passed by while the connection to Redis was away."""
        self._deliver(self.sockets(), [CATCH_UP])

    def _wake(self) -> None:
        self.loop.call_later(GATHERING, self._begin)

    def _begin(self) -> None:
        if self._draining is None or self._draining.done():
            self._draining = self._spawn(self._drain())

    async def _drain(self) -> None:
        """Render and deliver all that was posted, one round after the other so that the newest state comes last."""
        while batch := self._take():
            mine: defaultdict[str, list[Message]] = defaultdict(list)
            for message in batch:
                if message.name == CLOSE:
                    self._close(message)
                else:
                    mine[message.topic].append(message)
            public = mine.pop(EVERYBODY, [])
            await asyncio.gather(
                *(self._show_all(message) for message in public),
                *(self._show(topic, messages) for topic, messages in mine.items()),
            )

    def _take(self) -> list[Message]:
        with self._lock:
            batch = list(self._posted)
            self._posted.clear()
        return batch

    async def _show(self, topic: str, messages: list[Message]) -> None:
        """Render a member's fragments once for each language in which this member looks."""
        from core.live.rendering import member_frames

        for language, sockets in self._by_language(topic).items():
            member_id = sockets[0].member_id
            frames = await self.in_thread(member_frames, member_id, messages, language)
            if frames is None:
                self.dismiss(sockets, GONE)
            else:
                self._deliver(sockets, frames)

    async def _show_all(self, message: Message) -> None:
        """Render a public fragment once for each language in which anybody looks."""
        from core.live.rendering import public_frame

        for language, sockets in self._by_language(EVERYBODY).items():
            frame = await self.in_thread(public_frame, message, language)
            if frame:
                self._deliver(sockets, [frame])

    async def _remind(self, socket: Socket, missed: list[Message]) -> None:
        """Show one socket what changed between the rendering of its page and its opening."""
        from core.live.rendering import member_frames, public_frame

        mine = [message for message in missed if message.topic != EVERYBODY]
        frames = await self.in_thread(member_frames, socket.member_id, mine, socket.language) if mine else []
        for message in missed:
            if message.topic == EVERYBODY:
                frames = [*frames, await self.in_thread(public_frame, message, socket.language)]
        self._deliver([socket], [frame for frame in frames or () if frame])

    def _by_language(self, topic: str) -> dict[str, list[Socket]]:
        grouped: defaultdict[str, list[Socket]] = defaultdict(list)
        for socket in self.topics.get(topic, ()):
            grouped[socket.language].append(socket)
        return grouped

    async def in_thread(self, function: Callable[..., Any], *args: object) -> Any:
        """Run a function that uses the database off the loop; it answers [] if it fails."""
        if self._renderers is None:
            self._renderers = ThreadPoolExecutor(RENDERERS, thread_name_prefix="live")
        try:
            return await self.loop.run_in_executor(self._renderers, function, *args)
        except Exception:
            log.exception("Live fragments could not be rendered.")
            return []

    def _deliver(self, sockets: Iterable[Socket], frames: list[str]) -> None:
        slow = []
        for socket in sockets:
            try:
                for frame in frames:
                    socket.frames.put_nowait(frame)
            except asyncio.QueueFull:
                slow.append(socket)
        self.dismiss(slow, TOO_SLOW)

    def _close(self, message: Message) -> None:
        session = message.values["session"]
        sockets = self.topics.get(message.topic, ())
        self.dismiss([socket for socket in sockets if session in (None, socket.session_key)], GONE)

    def _spawn(self, work: Coroutine[Any, Any, None] | Awaitable[None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task  # type: ignore[return-value]
