"""A cache in Redis that the site can do without: while Redis is away, each process keeps its own."""

from __future__ import annotations

import logging
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from core.breaker import Breaker

logger = logging.getLogger("goodturn.cache")

# What one try may cost; a Redis that hangs costs one caller this much every few seconds.
TIMEOUT = 0.3

# One fuse for all threads: Django makes a cache object for each.
_breaker = Breaker()


class SoftRedisCache(BaseCache):
    """Django's Redis cache, with the process's own memory where Redis does not answer.

    Limits that are counted in the cache (sign-in tries, for one) so still hold in each process.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        options = {
            "socket_timeout": TIMEOUT,
            "socket_connect_timeout": TIMEOUT,
            "retry": Retry(NoBackoff(), 0),
            **params.get("OPTIONS", {}),
        }
        self._far = RedisCache(server, {**params, "OPTIONS": options})
        self._near = LocMemCache("while-redis-is-away", {**params, "OPTIONS": {}})

    def _call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        if _breaker.allows():
            try:
                answer = getattr(self._far, method)(*args, **kwargs)
            except (RedisError, OSError) as problem:
                if _breaker.failed():
                    logger.warning("Redis is away, each process counts for itself: %s", problem)
            else:
                if _breaker.succeeded():
                    logger.warning("Redis is back.")
                    self._near.clear()
                return answer
        return getattr(self._near, method)(*args, **kwargs)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._call("add", key, value, timeout=timeout, version=version))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._call("get", key, default, version=version)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._call("set", key, value, timeout=timeout, version=version)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._call("touch", key, timeout=timeout, version=version))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(self._call("delete", key, version=version))

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        return dict(self._call("get_many", keys, version=version))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return bool(self._call("has_key", key, version=version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return int(self._call("incr", key, delta, version=version))

    def set_many(self, data: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> list[Any]:
        return list(self._call("set_many", data, timeout=timeout, version=version))

    def delete_many(self, keys: Any, version: int | None = None) -> None:
        self._call("delete_many", keys, version=version)

    def clear(self) -> None:
        self._call("clear")

    def close(self, **kwargs: Any) -> None:
        self._far.close(**kwargs)
