"""Drawing by lot so that nobody can choose, and everybody can check it afterwards.

What is drawn is HMAC-SHA256 of the activity's name under the seed of the rule's version, as a number, modulo 100 (RFC
2104; of 2^256 numbers, no remainder comes oftener than another by more than one in 10^75). So it is the same whenever
it is judged, in any order. The shop that names the activity does not know the seed; the site cannot choose another seed
afterwards, since its SHA-256 is public from the first draw on.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

IN_ALL = 100
CHECK = 'int(hmac.new(b"SEED", b"NAME", "sha256").hexdigest(), 16) % 100'  # the same, for whoever checks it


def new_seed() -> str:
    """A seed that nobody can guess: 256 bits, hexadecimal."""
    return secrets.token_hex(32)


def seal(seed: str) -> str:
    """What is public of a seed before the seed itself is."""
    return hashlib.sha256(seed.encode()).hexdigest()


def drawn(seed: str, id: str) -> int:
    """The number from 0 to 99 that is drawn for an activity's name under a seed."""
    return int(hmac.new(seed.encode(), id.encode(), hashlib.sha256).hexdigest(), 16) % IN_ALL
