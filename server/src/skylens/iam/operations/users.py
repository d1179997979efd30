"""Users: create, read, list, rename and delete them."""

from __future__ import annotations

from skylens.caller import root_of
from skylens.iam import (
    access_keys,
    accounts,
    attachments,
    boundaries,
    documents,
    groups,
    inline_policies,
    named,
    service_uses,
    tags,
)
from skylens.iam.errors import DeleteConflict
from skylens.iam.named import new_id
from skylens.iam.pages import page
from skylens.iam.revision import writing
from skylens.iam.users import User
from skylens.iam.whole_seconds import whole_seconds
from skylens.iam.whose import user_named
from skylens.registry import Call, Input, Output, operation


@operation("iam", "CreateUser", quick=True)
def create_user(call: Call, request: Input) -> Output:
    """Create a user, who can do nothing yet.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
    """
    with writing(call.control) as connection:
        user = User(
            account=call.caller.account,
            name=request["UserName"],
            path=request.get("Path", "/"),
            id=new_id(User, call.ids),
            created_at=whole_seconds(call.now),
            boundary_arn=boundaries.checked(connection, call.caller, request.get("PermissionsBoundary", "")),
            tags=tags.from_documents(request.get("Tags", ())),
        )
        return {"User": documents.user(named.create(connection, user))}


@operation("iam", "GetUser", quick=True)
def get_user(call: Call, request: Input) -> Output:
    """Return a user, or without a name the one who asks.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html
    """
    with call.control.read() as connection:
        if "UserName" not in request and call.caller.principal.type == "Root":
            root, account = root_of(call.caller.account), accounts.find(connection, call.caller.account)
            created_at = whole_seconds(account.created_at) if account else None
            return {"User": {"UserId": root.id, "Arn": root.arn, "CreateDate": created_at}}
        return {"User": documents.user(user_named(connection, call.caller, request.get("UserName")))}


@operation("iam", "ListUsers", quick=True)
def list_users(call: Call, request: Input) -> Output:
    """Return the users whose paths begin as asked, by name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html
    """
    with call.control.read() as connection:
        found = named.everything(connection, User, call.caller.account, request.get("PathPrefix", "/"))
    users, more = page(found, request, lambda user: user.name)
    return {"Users": [documents.brief_user(user) for user in users], **more}


@operation("iam", "UpdateUser", quick=True)
def update_user(call: Call, request: Input) -> Output:
    """Give a user another name, another path, or both; keys, policies and groups stay.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html
    """
    with writing(call.control) as connection:
        user = named.get(connection, User, call.caller.account, request["UserName"])
        named.rename(connection, user, request.get("NewUserName"), request.get("NewPath"))
    return {}


@operation("iam", "DeleteUser", quick=True)
def delete_user(call: Call, request: Input) -> Output:
    """Delete a user who has nothing left.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
    """
    with writing(call.control) as connection:
        user = named.get(connection, User, call.caller.account, request["UserName"])
        if access_keys.of(connection, call.control.secrets, user.principal):
            raise DeleteConflict("Cannot delete entity, must delete access keys first.")
        if inline_policies.of(connection, user):
            raise DeleteConflict("Cannot delete entity, must delete policies first.")
        if attachments.of(connection, user):
            raise DeleteConflict("Cannot delete entity, must detach all policies first.")
        if groups.of_user(connection, user):
            raise DeleteConflict("Cannot delete entity, must remove users from group first.")
        named.delete(connection, user)
        service_uses.forget(connection, user.id)
    return {}
