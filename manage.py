#!/usr/bin/env python
"""Goodturn's command line."""

import os
import sys

from core.commands import execute

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
    execute(sys.argv)
