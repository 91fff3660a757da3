"""Whether a kept connection still stands, without a way to the database and back for every request."""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Django asks `SELECT 1` before each request, which costs a short page a third of its time.

    A server that goes away says so, or its machine does: then there is something to read on a connection on which
    nothing was asked. Only then, and after an error, is the question asked. A machine that falls silent cannot be told
    from a slow one, by the question neither.
    """

    def close_if_health_check_failed(self) -> None:
        if self.connection is None or not self.health_check_enabled or self.health_check_done:  # type: ignore[attr-defined,has-type]
            return
        if not (self._is_quiet() or self.is_usable()):
            self.close()
        self.health_check_done = True

    def _is_quiet(self) -> bool:
        """Whether the connection is open, and nothing came that nobody asked for."""
        connection = self.connection
        if connection.closed or connection.broken:
            return False
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN)
        return not poll.poll(0)
