"""How often keys were changed by this process: whoever remembers that a key could be used compares, and asks again.

Other processes on the same database do not see it; what is remembered is therefore forgotten after a minute, too.
"""

from __future__ import annotations

import itertools
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from skylens.store.control import Control

_numbers = itertools.count(1)
_newest = 0


def current() -> int:
    """Return a number that differs from an earlier one if a key, its policy or its grants were changed in between."""
    return _newest


@contextmanager
def changing(control: Control) -> Iterator[Connection]:
    """Open a write transaction on keys; what it did is in force once the block has ended."""
    global _newest  # noqa: PLW0603  # the one thing that all users of one process's keys share
    with control.begin() as connection:
        yield connection
    _newest = next(_numbers)
