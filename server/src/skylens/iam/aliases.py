"""Aliases: what the root users of accounts go by, remembered until IAM changes in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skylens.iam import accounts, revision

if TYPE_CHECKING:
    from skylens.store.control import Control


class Aliases:
    """Answers from memory: it is asked for every call of a root user."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._known: dict[str, str] = {}
        self._revision = revision.current()

    def __call__(self, account: str) -> str:
        """Return the alias of an account, or nothing."""
        if self._revision != revision.current():
            self._revision = revision.current()
            self._known.clear()
        if account not in self._known:
            with self._control.read() as connection:
                found = accounts.find(connection, account)
            self._known[account] = found.alias if found else ""
        return self._known[account]
