"""Accounts: each has everything of its own, and a root user who may do anything in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, select, update

from skylens.iam.errors import EntityAlreadyExists, NoSuchEntity
from skylens.store.control.schema.accounts import ACCOUNTS

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

_TWELVE_DIGITS: Final = re.compile(r"[0-9]{12}")


@dataclass(frozen=True, slots=True)
class Account:
    """An account: twelve digits, a name for people, and an alias that no other account has ("": none)."""

    number: str
    name: str
    alias: str
    created_at: datetime


def check_number(number: str) -> str:
    """Return the number of an account, or raise ValueError."""
    if not _TWELVE_DIGITS.fullmatch(number):
        raise ValueError(f"an account is twelve digits, not {number!r}")
    return number


def everything(connection: Connection) -> list[Account]:
    """Return all accounts by number."""
    return [_account(row) for row in connection.execute(select(ACCOUNTS).order_by(ACCOUNTS.c.account))]


def find(connection: Connection, number: str) -> Account | None:
    """Return the account of that number, or None."""
    row = connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.account == number)).one_or_none()
    return None if row is None else _account(row)


def get(connection: Connection, number: str) -> Account:
    """Return the account of that number, or raise NoSuchEntity."""
    account = find(connection, number)
    if account is None:
        raise NoSuchEntity(f"There is no account {number}.")
    return account


def create(connection: Connection, number: str, name: str, now: datetime) -> Account:
    """Store a new account."""
    if find(connection, check_number(number)) is not None:
        raise EntityAlreadyExists(f"There is an account {number} already.")
    account = Account(number, name or number, "", now)
    connection.execute(insert(ACCOUNTS).values(account=number, name=account.name, created_at=now))
    return account


def ensure(connection: Connection, number: str, now: datetime) -> Account:
    """Return the account of that number, made where it is new (where authentication is off, any number may turn up)."""
    return find(connection, number) or create(connection, number, "", now)


def rename(connection: Connection, number: str, name: str) -> Account:
    """Give an account another name."""
    get(connection, number)
    connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.account == number).values(name=name))
    return get(connection, number)


def set_alias(connection: Connection, number: str, alias: str) -> None:
    """Give an account an alias in the place of the one that it had; "" takes it away."""
    taken = connection.scalar(select(ACCOUNTS.c.account).where(ACCOUNTS.c.alias == alias))
    if alias and taken not in {None, number}:
        raise EntityAlreadyExists(f"The account alias {alias} already exists.")
    connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.account == number).values(alias=alias or None))


def _account(row: Row[Any]) -> Account:
    return Account(row.account, row.name, row.alias or "", row.created_at)
