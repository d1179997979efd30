"""Groups, and who is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from skylens.iam import attachments, documents, groups, inline_policies, named
from skylens.iam.errors import DeleteConflict, LimitExceeded, NoSuchEntity
from skylens.iam.groups import Group
from skylens.iam.named import new_id
from skylens.iam.pages import page
from skylens.iam.revision import writing
from skylens.iam.users import User
from skylens.iam.whole_seconds import whole_seconds
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from sqlalchemy import Connection

MOST_GROUPS: Final = 10  # of one user


@operation("iam", "CreateGroup", quick=True)
def create_group(call: Call, request: Input) -> Output:
    """Create a group without users.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html
    """
    group = Group(
        account=call.caller.account,
        name=request["GroupName"],
        path=request.get("Path", "/"),
        id=new_id(Group, call.ids),
        created_at=whole_seconds(call.now),
    )
    with writing(call.control) as connection:
        return {"Group": documents.group(named.create(connection, group))}


@operation("iam", "GetGroup", quick=True)
def get_group(call: Call, request: Input) -> Output:
    """Return a group with a page of its users, by name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroup.html
    """
    with call.control.read() as connection:
        group = _group(connection, call, request)
        found = groups.members(connection, group)
    users, more = page(found, request, lambda user: user.name)
    return {"Group": documents.group(group), "Users": [documents.brief_user(user) for user in users], **more}


@operation("iam", "ListGroups", quick=True)
def list_groups(call: Call, request: Input) -> Output:
    """Return the groups whose paths begin as asked, by name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroups.html
    """
    with call.control.read() as connection:
        found = named.everything(connection, Group, call.caller.account, request.get("PathPrefix", "/"))
    shown, more = page(found, request, lambda group: group.name)
    return {"Groups": [documents.group(group) for group in shown], **more}


@operation("iam", "ListGroupsForUser", quick=True)
def list_groups_for_user(call: Call, request: Input) -> Output:
    """Return the groups that a user is in, by name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupsForUser.html
    """
    with call.control.read() as connection:
        user = named.get(connection, User, call.caller.account, request["UserName"])
        found = groups.of_user(connection, user)
    shown, more = page(found, request, lambda group: group.name)
    return {"Groups": [documents.group(group) for group in shown], **more}


@operation("iam", "UpdateGroup", quick=True)
def update_group(call: Call, request: Input) -> Output:
    """Give a group another name, another path, or both; users and policies stay.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateGroup.html
    """
    with writing(call.control) as connection:
        group = _group(connection, call, request)
        named.rename(connection, group, request.get("NewGroupName"), request.get("NewPath"))
    return {}


@operation("iam", "DeleteGroup", quick=True)
def delete_group(call: Call, request: Input) -> Output:
    """Delete a group that has neither users nor policies.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroup.html
    """
    with writing(call.control) as connection:
        group = _group(connection, call, request)
        if groups.members(connection, group):
            raise DeleteConflict("Cannot delete entity, must remove users from group first.")
        if inline_policies.of(connection, group):
            raise DeleteConflict("Cannot delete entity, must delete policies first.")
        if attachments.of(connection, group):
            raise DeleteConflict("Cannot delete entity, must detach all policies first.")
        named.delete(connection, group)
    return {}


@operation("iam", "AddUserToGroup", quick=True)
def add_user_to_group(call: Call, request: Input) -> Output:
    """Put a user into a group; one who is in it stays.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddUserToGroup.html
    """
    with writing(call.control) as connection:
        group = _group(connection, call, request)
        user = named.get(connection, User, call.caller.account, request["UserName"])
        present = groups.of_user(connection, user)
        if group.id in {other.id for other in present}:
            return {}
        if len(present) >= MOST_GROUPS:
            raise LimitExceeded(f"Cannot exceed quota for GroupsPerUser: {MOST_GROUPS}")
        groups.add(connection, group, user)
    return {}


@operation("iam", "RemoveUserFromGroup", quick=True)
def remove_user_from_group(call: Call, request: Input) -> Output:
    """Take a user out of a group.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveUserFromGroup.html
    """
    with writing(call.control) as connection:
        group = _group(connection, call, request)
        user = named.get(connection, User, call.caller.account, request["UserName"])
        if not groups.remove(connection, group, user):
            raise NoSuchEntity(f"User {user.name} is not in group {group.name}.")
    return {}


def _group(connection: Connection, call: Call, request: Input) -> Group:
    return named.get(connection, Group, call.caller.account, request["GroupName"])
