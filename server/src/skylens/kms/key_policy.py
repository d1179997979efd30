"""Key policies: the one that a key has from the start, and the checks of a new one."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from skylens.kms import grant, key
from skylens.kms.errors import LimitExceeded, LocksOut, NotFound
from skylens.registry import Need

if TYPE_CHECKING:
    from skylens.registry import Call, Input
    from skylens.store.control import Control

NAME: Final = "default"
_ARN: Final = re.compile(r"arn:aws[a-z-]*:kms:([a-z0-9-]+):(\d{12}):key/(.+)")
_MOST_BYTES: Final = 32 * 1024


def default(account: str) -> str:
    """Return the policy that lets an account's own policies say who may use a key."""
    statement = {
        "Sid": "Enable IAM User Permissions",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    return json.dumps({"Version": "2012-10-17", "Id": "key-default-1", "Statement": [statement]}, indent=2)


def policies(control: Control, arn: str) -> tuple[str, ...]:
    """Return all that says who may use the key of that ARN: its policy and its grants as one; nothing where there is no key."""
    found = _ARN.fullmatch(arn)
    if found is None:
        return ()
    region, account, key_id = found.groups()
    with control.read() as connection:
        named = key.stored(connection, account, region, key_id)
        if named is None:
            return ()
        grants = grant.of_key(connection, account, region, key_id)
    return (named.policy, *([grant.policy(grants)] if grants else []))


def check_name(name: str) -> None:
    """Raise where a policy is not called by the only name there is."""
    if name != NAME:
        raise NotFound(f"No such policy exists: {name}")


def checked(call: Call, request: Input, arn: str) -> str:
    """Return the policy that a request has for the key of an ARN, if it is one and does not lock its author out."""
    text = str(request["Policy"])
    if len(text.encode()) > _MOST_BYTES:
        raise LimitExceeded(f"The key policy has more than {_MOST_BYTES} bytes.")
    call.policies.check(text)
    bypassed = request.get("BypassPolicyLockoutSafetyCheck", False)
    if not bypassed and not call.policies.allows(call, Need("kms:PutKeyPolicy", arn), [text], is_mandatory=True):
        raise LocksOut
    return text
