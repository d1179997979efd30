"""How often IAM was changed by this process: whoever remembers what IAM said compares, and asks again.

Other processes on the same database do not see it; what is remembered is therefore forgotten after seconds, too.
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
    """Return a number that differs from an earlier one if IAM was changed in between."""
    return _newest


def bump() -> None:
    """Let everybody ask again."""
    global _newest  # noqa: PLW0603  # the one thing that all users of one process's IAM share
    _newest = next(_numbers)


@contextmanager
def writing(control: Control) -> Iterator[Connection]:
    """Open a write transaction on IAM; what it did is in force once the block has ended."""
    with control.begin() as connection:
        yield connection
    bump()
