"""One module a figure, or a few that belong together."""
