"""ARNs of sampling rules and groups: made from names, and read back."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from skylens.xray.errors import InvalidRequest

if TYPE_CHECKING:
    from skylens.caller import Caller


def rule_arn(caller: Caller, name: str) -> str:
    """Return the ARN of the caller's sampling rule of that name."""
    return f"{_prefix(caller)}sampling-rule/{name}"


def rule_name(caller: Caller, arn: str) -> str:
    """Return the name in the ARN of one of the caller's sampling rules; anything after the first slash, as given."""
    prefix = f"{_prefix(caller)}sampling-rule/"
    if not arn.startswith(prefix) or arn == prefix:
        raise InvalidRequest(f"Not the ARN of a sampling rule of this account and region: {arn}")
    return arn.removeprefix(prefix)


def group_arn(caller: Caller, name: str, unique_id: str) -> str:
    """Return the ARN of the caller's group; the unique id tells it from later groups of the same name."""
    return f"{_prefix(caller)}group/{name}/{unique_id}"


def is_group_arn(caller: Caller, arn: str) -> bool:
    """Whether an ARN is one that a group of the caller can have."""
    return arn.startswith(f"{_prefix(caller)}group/")


def group_name(caller: Caller, arn: str) -> str:
    """Return the name in the ARN of one of the caller's groups."""
    name, slash, _unique_id = arn.removeprefix(f"{_prefix(caller)}group/").rpartition("/")
    if not is_group_arn(caller, arn) or not slash:
        raise InvalidRequest(f"Not the ARN of a group of this account and region: {arn}")
    return name


def default_group_id(caller: Caller) -> str:
    """Return the unique id of the group that every account has: nobody created it, so it follows from the account."""
    digest = hashlib.sha256(f"{caller.account} {caller.region} Default".encode()).digest()
    return base64.b32encode(digest).decode().rstrip("=")


def _prefix(caller: Caller) -> str:
    return f"arn:aws:xray:{caller.region}:{caller.account}:"
