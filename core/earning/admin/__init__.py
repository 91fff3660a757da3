"""Earning in the admin."""

from core.earning.admin import rules, tiers  # noqa: F401
