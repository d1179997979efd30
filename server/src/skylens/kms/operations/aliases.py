"""Aliases: make, change, remove and list them."""

from __future__ import annotations

from skylens.kms import alias
from skylens.kms.errors import InvalidRequest
from skylens.kms.key_id import resolve, resolve_own
from skylens.kms.page import page
from skylens.kms.revision import changing
from skylens.registry import Call, Input, Output, operation

_ALIASES_PER_PAGE = 50


@operation("kms", "CreateAlias")
def create_alias(call: Call, request: Input) -> Output:
    """Make an alias of one of the account's keys.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
    """
    alias.check_name(request["AliasName"])
    with changing(call.control) as connection:
        key = resolve_own(connection, call.caller, request["TargetKeyId"])
        key.check_not_pending()
        alias.create(connection, call.caller, request["AliasName"], key, call.now)
    return {}


@operation("kms", "UpdateAlias")
def update_alias(call: Call, request: Input) -> Output:
    """Let an alias stand for another of the account's keys, one of the same usage.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html
    """
    alias.check_name(request["AliasName"])
    with changing(call.control) as connection:
        key = resolve_own(connection, call.caller, request["TargetKeyId"])
        key.check_not_pending()
        now = resolve(connection, call.caller, request["AliasName"])
        if (now.usage, now.spec.is_asymmetric) != (key.usage, key.spec.is_asymmetric):
            raise InvalidRequest(f"{key.arn} is of another kind than {now.arn}, for which the alias stands now.")
        alias.update(connection, call.caller, request["AliasName"], key, call.now)
    return {}


@operation("kms", "DeleteAlias")
def delete_alias(call: Call, request: Input) -> Output:
    """Remove an alias; its key stays.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteAlias.html
    """
    alias.check_name(request["AliasName"])
    with changing(call.control) as connection:
        alias.delete(connection, call.caller, request["AliasName"])
    return {}


@operation("kms", "ListAliases")
def list_aliases(call: Call, request: Input) -> Output:
    """Return the account's aliases in this region, or those of one key, by name.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html
    """
    with call.control.read() as connection:
        aliases = alias.all_of(connection, call.caller.account, call.caller.region)
        if "KeyId" in request:
            key = resolve_own(connection, call.caller, request["KeyId"])
            aliases = [found for found in aliases if found.key_id == key.key_id]
    chosen, rest = page(aliases, request, lambda found: found.name, default=_ALIASES_PER_PAGE)
    return {"Aliases": [_document(found) for found in chosen], **rest}


def _document(found: alias.Alias) -> Output:
    return {
        "AliasName": found.name,
        "AliasArn": found.arn,
        "TargetKeyId": found.key_id,
        "CreationDate": found.created_at,
        "LastUpdatedDate": found.updated_at,
    }
