"""Revision: how often something was written by this process. Whoever remembers what it read compares, and reads again.

Other processes on the same database do not see it; what is remembered is therefore forgotten after seconds, too.
"""

from __future__ import annotations

import itertools
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from skylens.store.control.database import Control


class Revision:
    """A number that differs from an earlier one if there was a change in between. Any thread may ask and change."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._newest = 0

    def __repr__(self) -> str:
        return f"<Revision {self._newest}>"

    def current(self) -> int:
        """Return the number of now."""
        return self._newest

    def changed(self) -> None:
        """Let everybody ask again."""
        self._newest = next(self._numbers)

    @contextmanager
    def writing(self, control: Control) -> Iterator[Connection]:
        """Open a write transaction on what the number is about; it is in force once the block has ended."""
        with control.begin() as connection:
            yield connection
        self.changed()
