"""The benchmark's settings where a browser looks too: scripts and styles, and a channel layer for the reference."""

from __future__ import annotations

from core.bench.settings import *  # noqa: F403
from core.settings import DATABASE, MIDDLEWARE, REDIS_URL  # noqa: F401

WHITENOISE_USE_FINDERS = True
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": f"goodturn-bench-{DATABASE['NAME']}"},
    }
}
