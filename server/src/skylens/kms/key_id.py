"""Key ids as callers write them: an id, a key's ARN, an alias or an alias's ARN, and which key is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from skylens.kms import alias, key
from skylens.kms.errors import InvalidArn, NotFound

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from skylens.caller import Caller
    from skylens.kms.key import Key

_ARN: Final = re.compile(r"arn:aws[a-z-]*:kms:([a-z0-9-]+):(\d{12}):(key/|alias/)(.+)")
_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32}")
_ALIAS: Final = "alias/"


@dataclass(frozen=True, slots=True)
class Name:
    """Whose key, in which region, and its id or its alias."""

    account: str
    region: str
    key_id: str = ""
    alias: str = ""

    @property
    def arn(self) -> str:
        """The ARN of the key, or that of the alias."""
        if self.alias:
            return alias.alias_arn(self.account, self.region, self.alias)
        return key.key_arn(self.account, self.region, self.key_id)


def parse(caller: Caller, text: str) -> Name:
    """Return what a caller's text names; a name without an account is one of the caller's own."""
    account, region, kind, name = caller.account, caller.region, "key/", text
    if text.startswith("arn:"):
        found = _ARN.fullmatch(text)
        if found is None:
            raise InvalidArn(f"{text} is not a valid ARN of a key or an alias.")
        region_of_arn, account_of_arn, kind, name = found.groups()
        if region_of_arn != caller.region:
            raise NotFound(f"Invalid arn {region_of_arn}")
        account = type(account)(account_of_arn)
    elif text.startswith(_ALIAS):
        kind, name = _ALIAS, text.removeprefix(_ALIAS)
    if kind == _ALIAS:
        return Name(account, region, alias=f"{_ALIAS}{name}")
    if not _ID.fullmatch(name):
        raise NotFound(f"Invalid keyId '{name}'")
    return Name(account, region, key_id=name)


def resolve(connection: Connection, caller: Caller, text: str) -> Key:
    """Return the key that the text names in whatever form, also one of another account where an ARN names it."""
    name = parse(caller, text)
    key_id = name.key_id
    if name.alias:
        target = alias.target(connection, name.account, name.region, name.alias)
        if target is None:
            raise NotFound(f"Alias {name.arn} is not found.")
        key_id = target
    found = key.stored(connection, name.account, name.region, key_id)
    if found is None:
        raise NotFound(f"Key '{key.key_arn(name.account, name.region, key_id)}' does not exist")
    return found


def resolve_own(connection: Connection, caller: Caller, text: str) -> Key:
    """Return the key of the caller's account that an id or ARN names; operations that manage a key take no alias."""
    name = parse(caller, text)
    if name.alias:
        raise NotFound(f"Invalid keyId '{text}'")
    found = key.stored(connection, name.account, name.region, name.key_id)
    if found is None or found.account != caller.account:
        raise NotFound(f"Key '{name.arn}' does not exist")
    return found
