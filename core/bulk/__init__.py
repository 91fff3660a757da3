"""The statements of the hot path, portable and cheap: many rows in one, and many statements on one way.

The ORM's own bulk methods split what has more parameters than the database takes, and cost several times as much.
"""

from core.bulk.gathering import before_next, gathered, reserve
from core.bulk.rows import new
from core.bulk.selecting import Ahead, ahead, among, select
from core.bulk.statements import add, delete, insert, insert_new, update

__all__ = [
    "Ahead",
    "add",
    "ahead",
    "among",
    "before_next",
    "delete",
    "gathered",
    "insert",
    "insert_new",
    "new",
    "reserve",
    "select",
    "update",
]
