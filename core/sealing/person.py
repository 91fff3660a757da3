"""What the seals forget of a person who is erased: the key that opens what their leaves say of them."""

from __future__ import annotations

from core.members import erasure
from core.members.erasure import Erasure
from core.sealing import keys


@erasure.step(60)
def forget_key(done: Erasure) -> None:
    """Nobody can tell any more whom the leaves are about and why; every proof goes on holding."""
    if done.member:
        keys.forget(done.member.pk)
