"""The books: wallets that hold points, the facts that moved them, and what was said of when they expire."""

from core.ledger.models.books import MEMBER_ACCOUNTS, Account, Entry, Lot, Reason, Tally, Transfer, Use, Wallet
from core.ledger.models.expiry import Expiry, ExpiryTerms

__all__ = [
    "MEMBER_ACCOUNTS",
    "Account",
    "Entry",
    "Expiry",
    "ExpiryTerms",
    "Lot",
    "Reason",
    "Tally",
    "Transfer",
    "Use",
    "Wallet",
]
