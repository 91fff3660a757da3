"""Everything that the site knows in one file, made while it is in use, for either database to start from."""
