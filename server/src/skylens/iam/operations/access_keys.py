"""Access keys of users and of the root user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skylens.iam import access_keys
from skylens.iam.access_keys import MOST_KEYS, AccessKey
from skylens.iam.errors import InvalidInput, LimitExceeded, NoSuchEntity
from skylens.iam.pages import page
from skylens.iam.revision import writing
from skylens.iam.whole_seconds import whole_seconds
from skylens.iam.whose import principal_named
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from sqlalchemy import Connection


@operation("iam", "CreateAccessKey", quick=True)
def create_access_key(call: Call, request: Input) -> Output:
    """Make a key; its secret is told this once.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
    """
    with writing(call.control) as connection:
        principal = principal_named(connection, call.caller, request.get("UserName"))
        if len(access_keys.of(connection, call.control.secrets, principal)) >= MOST_KEYS:
            raise LimitExceeded(f"Cannot exceed quota for AccessKeysPerUser: {MOST_KEYS}")
        key = access_keys.create(connection, call.control.secrets, principal, ids=call.ids, now=whole_seconds(call.now))
    return {"AccessKey": {**_document(key), "SecretAccessKey": key.secret}}


@operation("iam", "ListAccessKeys", quick=True)
def list_access_keys(call: Call, request: Input) -> Output:
    """Return a user's keys without their secrets.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html
    """
    with call.control.read() as connection:
        principal = principal_named(connection, call.caller, request.get("UserName"))
        found = access_keys.of(connection, call.control.secrets, principal)
    keys, more = page(found, request, lambda key: f"{key.created_at.isoformat()} {key.access_key_id}")
    return {"AccessKeyMetadata": [_document(key) for key in keys], **more}


@operation("iam", "UpdateAccessKey", quick=True)
def update_access_key(call: Call, request: Input) -> Output:
    """Let a key be used, or no more.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html
    """
    if request["Status"] == "Expired":
        raise InvalidInput("A key is made Active or Inactive; only AWS lets keys expire")
    with writing(call.control) as connection:
        access_keys.set_status(connection, _key(connection, call, request), request["Status"])
    return {}


@operation("iam", "DeleteAccessKey", quick=True)
def delete_access_key(call: Call, request: Input) -> Output:
    """Delete a key.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccessKey.html
    """
    with writing(call.control) as connection:
        access_keys.delete(connection, _key(connection, call, request))
    return {}


@operation("iam", "GetAccessKeyLastUsed", quick=True)
def get_access_key_last_used(call: Call, request: Input) -> Output:
    """Return whose key it is, and when, where and for what it was used last.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html
    """
    key = access_keys.find(call.control, request["AccessKeyId"])
    if key is None or key.account != call.caller.account:
        raise _missing(request["AccessKeyId"])
    with call.control.read() as connection:
        use = access_keys.last_use(connection, key.access_key_id)
    told = {"LastUsedDate": use.at, "ServiceName": use.service, "Region": use.region}
    return {"UserName": key.principal.name or None, "AccessKeyLastUsed": told}


def _key(connection: Connection, call: Call, request: Input) -> AccessKey:
    principal = principal_named(connection, call.caller, request.get("UserName"))
    for key in access_keys.of(connection, call.control.secrets, principal):
        if key.access_key_id == request["AccessKeyId"]:
            return key
    raise _missing(request["AccessKeyId"])


def _missing(access_key_id: str) -> NoSuchEntity:
    return NoSuchEntity(f"The Access Key with id {access_key_id} cannot be found.")


def _document(key: AccessKey) -> dict[str, object]:
    return {
        "UserName": key.principal.name or None,
        "AccessKeyId": key.access_key_id,
        "Status": key.status,
        "CreateDate": key.created_at,
    }
