"""The alias of an account: one at the most, and no two accounts have the same."""

from __future__ import annotations

from skylens.iam import accounts
from skylens.iam.errors import NoSuchEntity
from skylens.iam.revision import writing
from skylens.registry import Call, Input, Output, operation


@operation("iam", "CreateAccountAlias", quick=True)
def create_account_alias(call: Call, request: Input) -> Output:
    """Give the account an alias, in the place of the one that it had.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html
    """
    with writing(call.control) as connection:
        account = accounts.ensure(connection, call.caller.account, call.now)
        accounts.set_alias(connection, account.number, request["AccountAlias"])
    return {}


@operation("iam", "ListAccountAliases", quick=True)
def list_account_aliases(call: Call, request: Input) -> Output:  # noqa: ARG001  # there is one alias at the most
    """Return the account's alias, if it has one.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccountAliases.html
    """
    with call.control.read() as connection:
        account = accounts.find(connection, call.caller.account)
    return {"AccountAliases": [account.alias] if account and account.alias else [], "IsTruncated": False}


@operation("iam", "DeleteAccountAlias", quick=True)
def delete_account_alias(call: Call, request: Input) -> Output:
    """Take the alias from the account.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountAlias.html
    """
    with writing(call.control) as connection:
        account = accounts.find(connection, call.caller.account)
        if account is None or account.alias != request["AccountAlias"]:
            raise NoSuchEntity(f"The Account Alias with name {request['AccountAlias']} cannot be found.")
        accounts.set_alias(connection, account.number, "")
    return {}
