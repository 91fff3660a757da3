"""What points can be turned into, and the facts of who did: rewards with their sessions, and charities."""

from rewards.models.giving import Charity, Donation, LapseChoice
from rewards.models.redemption import Redemption
from rewards.models.reward import Reward, Session

__all__ = ["Charity", "Donation", "LapseChoice", "Redemption", "Reward", "Session"]
