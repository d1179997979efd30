"""Roles: create, read, list, change and delete them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skylens.iam import (
    attachments,
    boundaries,
    documents,
    inline_policies,
    instance_profiles,
    named,
    policy_text,
    roles,
    service_uses,
    tags,
)
from skylens.iam.errors import DeleteConflict, ValidationError
from skylens.iam.named import new_id
from skylens.iam.pages import page
from skylens.iam.revision import writing
from skylens.iam.roles import SHORTEST_MAXIMUM_SECONDS, Role
from skylens.iam.whole_seconds import whole_seconds
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from sqlalchemy import Connection


@operation("iam", "CreateRole", quick=True)
def create_role(call: Call, request: Input) -> Output:
    """Create a role that those may assume whom its trust policy names.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    """
    text, path = request["AssumeRolePolicyDocument"], request.get("Path", "/")
    _check_trust(text)
    if path.startswith(roles.SERVICE_PATH):
        raise ValidationError(f"The path {path} is kept for roles that services make")
    with writing(call.control) as connection:
        role = Role(
            account=call.caller.account,
            name=request["RoleName"],
            path=path,
            id=new_id(Role, call.ids),
            created_at=whole_seconds(call.now),
            trust_policy=text,
            description=request.get("Description", ""),
            max_session_seconds=request.get("MaxSessionDuration", SHORTEST_MAXIMUM_SECONDS),
            boundary_arn=boundaries.checked(connection, call.caller, request.get("PermissionsBoundary", "")),
            tags=tags.from_documents(request.get("Tags", ())),
        )
        return {"Role": documents.role(named.create(connection, role))}


@operation("iam", "GetRole", quick=True)
def get_role(call: Call, request: Input) -> Output:
    """Return a role.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
    """
    with call.control.read() as connection:
        return {"Role": documents.role(_role(connection, call, request))}


@operation("iam", "ListRoles", quick=True)
def list_roles(call: Call, request: Input) -> Output:
    """Return the roles whose paths begin as asked, by name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html
    """
    with call.control.read() as connection:
        found = named.everything(connection, Role, call.caller.account, request.get("PathPrefix", "/"))
    shown, more = page(found, request, lambda role: role.name)
    return {"Roles": [documents.brief_role(role) for role in shown], **more}


@operation("iam", "UpdateRole", quick=True)
def update_role(call: Call, request: Input) -> Output:
    """Change a role's description and how long its sessions may last.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html
    """
    members = {"description": "Description", "max_session_seconds": "MaxSessionDuration"}
    changes = {name: request[member] for name, member in members.items() if member in request}
    with writing(call.control) as connection:
        named.change(connection, _own_role(connection, call, request), **changes)
    return {}


@operation("iam", "UpdateRoleDescription", quick=True)
def update_role_description(call: Call, request: Input) -> Output:
    """Change a role's description.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRoleDescription.html
    """
    with writing(call.control) as connection:
        role = named.change(connection, _own_role(connection, call, request), description=request["Description"])
    return {"Role": documents.role(role)}


@operation("iam", "UpdateAssumeRolePolicy", quick=True)
def update_assume_role_policy(call: Call, request: Input) -> Output:
    """Say anew who may assume a role.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
    """
    text = request["PolicyDocument"]
    _check_trust(text)
    with writing(call.control) as connection:
        named.change(connection, _own_role(connection, call, request), trust_policy=text)
    return {}


@operation("iam", "DeleteRole", quick=True)
def delete_role(call: Call, request: Input) -> Output:
    """Delete a role that has no policies and is in no instance profile. Its sessions can do nothing any more.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
    """
    with writing(call.control) as connection:
        role = _own_role(connection, call, request)
        if instance_profiles.of_role(connection, role):
            raise DeleteConflict("Cannot delete entity, must remove roles from instance profile first.")
        if attachments.of(connection, role):
            raise DeleteConflict("Cannot delete entity, must detach all policies first.")
        if inline_policies.of(connection, role):
            raise DeleteConflict("Cannot delete entity, must delete policies first.")
        named.delete(connection, role)
        service_uses.forget(connection, role.id)
    return {}


def _check_trust(text: str) -> None:
    policy_text.refuse_long_trust(text)
    policy_text.check(text, "trust")


def _role(connection: Connection, call: Call, request: Input) -> Role:
    return named.get(connection, Role, call.caller.account, request["RoleName"])


def _own_role(connection: Connection, call: Call, request: Input) -> Role:
    return roles.refuse_of_service(_role(connection, call, request))
