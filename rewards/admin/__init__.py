"""Rewards and charities as staff keep them, and the facts of who had what."""

from rewards.admin import giving, redemptions, rewards

__all__ = ["giving", "redemptions", "rewards"]
