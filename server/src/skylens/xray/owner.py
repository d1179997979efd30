"""Owner: the account and region that a row of the control store belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Table

    from skylens.caller import Caller


def owner(caller: Caller) -> dict[str, str]:
    """Return the columns that make a row the caller's."""
    return {"account": caller.account, "region": caller.region}


def owned(table: Table, caller: Caller) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the conditions that only the caller's rows meet."""
    return table.c.account == caller.account, table.c.region == caller.region


def owned_by_parameter(table: Table) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the same conditions for a statement that is built once and executed with ``owner(caller)``.

    Building a statement costs about 0.2 ms, which counts where every client calls every ten seconds.
    """
    return table.c.account == bindparam("account"), table.c.region == bindparam("region")
