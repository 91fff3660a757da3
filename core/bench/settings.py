"""The site's settings as the benchmark's own processes use them: a deployment's, with nothing lasting outside."""

from __future__ import annotations

from core.settings import *  # noqa: F403
from core.settings import MIDDLEWARE, STORAGES

# Collecting static files would only lengthen the start; which address a style sheet has costs a page nothing.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
ROOT_URLCONF = "core.bench.urls"
# Files are not what is measured, and the folder of the collected ones is the site's own.
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise.")]
TASKS = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend"}}
