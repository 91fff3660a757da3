"""How the site is served and its processes are kept running."""
