"""The site's settings as the tests use them."""

import os
import tempfile
from pathlib import Path

from core.serve.words import compile_catalogues
from core.settings import *  # noqa: F403
from core.settings import CACHES, DATABASES, INSTALLED_APPS, LOCALE_PATHS

# Compiled words are not kept in the repository.
for words in LOCALE_PATHS:
    compile_catalogues(Path(words))

# A file of this run's own rather than memory: threads and a real server share it as they do in earnest.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    folder = Path(tempfile.gettempdir()) / f"goodturn-tests-{run}"
    folder.mkdir(exist_ok=True)
    DATABASES["default"]["TEST"] = {"NAME": str(folder / "db.sqlite3")}
# `tests/clearing.py` remembers the first rows, and more quickly.
DATABASES["default"].setdefault("TEST", {})["SERIALIZE"] = False

INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]

# What a task does, it does at once.
TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

# One Redis serves all test processes, and no test forgets another's rate limits.
CACHES["default"]["KEY_PREFIX"] = f"goodturn-tests-{os.environ.get('PYTEST_XDIST_WORKER', os.getpid())}"
