"""The project's own benchmark: each figure beside its reference, measured in turn in the same run.

It works on databases of its own, which it makes and drops, and never on the site's. `Lab` gives a figure what it needs:
stations (processes of the site on a scratch database), web servers, a crowd of
sockets. In the site's Redis it uses names of its own.
"""
