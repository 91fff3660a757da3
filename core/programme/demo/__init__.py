"""The demo: a programme, and a believable history of it, sent through the same doors as real traffic."""
