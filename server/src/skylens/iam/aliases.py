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

    def __call__(self, account: str) -> str | None:
        """Return the alias of an account, "" where it has none, None where there is no such account."""
        if self._revision != revision.current():
            self._revision = revision.current()
            self._known.clear()
        if account not in self._known:
            with self._control.read() as connection:
                found = accounts.find(connection, account)
            if found is None:
                return None  # not remembered: anybody can ask about any number
            self._known[account] = found.alias
        return self._known[account]
