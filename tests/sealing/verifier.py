"""The script that members check their statements with, as a module."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from django.conf import settings

SCRIPT = Path(settings.BASE_DIR) / "tools" / "verify_statement.py"


def _loaded() -> ModuleType:
    found = importlib.util.spec_from_file_location("verify_statement", SCRIPT)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


verifier = _loaded()
