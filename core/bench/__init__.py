"""The project's own benchmark: each figure beside its reference, measured in turn in the same run.

It works on databases of its own, which it makes and drops, and never on the site's. `Lab` gives a figure what it needs:
stations (processes of the site on a scratch database), a web server, a Redis of its own.
"""
