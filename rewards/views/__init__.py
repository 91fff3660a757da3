"""The pages of rewards, tickets and giving."""
