"""What earning keeps: rules, the ladder of tiers, and where members stand on it."""

from core.earning.models.member_tier import MemberTier, TierChange
from core.earning.models.rule import Rule
from core.earning.models.tiers import TierEdition, TierLevel, Tiers

__all__ = ["MemberTier", "Rule", "TierChange", "TierEdition", "TierLevel", "Tiers"]
