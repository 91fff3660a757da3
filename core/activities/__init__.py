"""What happened, and who is told: `record` for events from outside, `record_own` for what the site sees.

An app above subscribes with `subscribe` (and `concerns`) in its AppConfig.ready().
"""
