"""What an account asks of passwords. Nobody signs in with one here; the rules are kept for tools that set and check them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import delete, select

from skylens.iam.errors import NoSuchEntity
from skylens.iam.revision import writing
from skylens.registry import Call, Input, Output, operation
from skylens.store.control.schema.iam_password_policies import IAM_PASSWORD_POLICIES
from skylens.store.control.upsert import upsert

# What AWS takes where a request does not say.
_DEFAULTS: Final = {
    "MinimumPasswordLength": 6,
    "RequireSymbols": False,
    "RequireNumbers": False,
    "RequireUppercaseCharacters": False,
    "RequireLowercaseCharacters": False,
    "AllowUsersToChangePassword": False,
}


@operation("iam", "UpdateAccountPasswordPolicy", quick=True)
def update_account_password_policy(call: Call, request: Input) -> Output:
    """Replace the rules whole: what the request does not say is as in a new account.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
    """
    rules = {**_DEFAULTS, **request}
    with writing(call.control) as connection:
        upsert(connection, IAM_PASSWORD_POLICIES, [{"account": call.caller.account, "rules": rules}])
    return {}


@operation("iam", "GetAccountPasswordPolicy", quick=True)
def get_account_password_policy(call: Call, request: Input) -> Output:  # noqa: ARG001  # it has no parameters
    """Return the rules, if the account has set any.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountPasswordPolicy.html
    """
    table = IAM_PASSWORD_POLICIES.c
    with call.control.read() as connection:
        rules = connection.scalar(select(table.rules).where(table.account == call.caller.account))
    if rules is None:
        raise _missing(call)
    return {"PasswordPolicy": {**rules, "ExpirePasswords": bool(rules.get("MaxPasswordAge"))}}


@operation("iam", "DeleteAccountPasswordPolicy", quick=True)
def delete_account_password_policy(call: Call, request: Input) -> Output:  # noqa: ARG001  # it has no parameters
    """Ask nothing of passwords any more.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountPasswordPolicy.html
    """
    table = IAM_PASSWORD_POLICIES
    with writing(call.control) as connection:
        if not connection.execute(delete(table).where(table.c.account == call.caller.account)).rowcount:
            raise _missing(call)
    return {}


def _missing(call: Call) -> NoSuchEntity:
    return NoSuchEntity(f"The Password Policy with domain name {call.caller.account} cannot be found.")
