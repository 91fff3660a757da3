"""The figures that need nothing above core."""

from core.bench.figures import batch, growth, hooks, live, pages, ranking, single_event, sqlite  # noqa: F401
