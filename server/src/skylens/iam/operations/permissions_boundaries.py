"""Permissions boundaries of users and roles."""

from __future__ import annotations

from skylens.iam import boundaries, named, roles
from skylens.iam.revision import writing
from skylens.iam.roles import Role
from skylens.iam.users import User
from skylens.registry import Call, Input, Output, operation


@operation("iam", "PutUserPermissionsBoundary", quick=True)
def put_user_permissions_boundary(call: Call, request: Input) -> Output:
    """Let a user do nothing beyond a managed policy.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPermissionsBoundary.html
    """
    return _set(call, User, request["UserName"], request["PermissionsBoundary"])


@operation("iam", "DeleteUserPermissionsBoundary", quick=True)
def delete_user_permissions_boundary(call: Call, request: Input) -> Output:
    """Let a user do whatever its policies allow.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPermissionsBoundary.html
    """
    return _set(call, User, request["UserName"], "")


@operation("iam", "PutRolePermissionsBoundary", quick=True)
def put_role_permissions_boundary(call: Call, request: Input) -> Output:
    """Let a role do nothing beyond a managed policy.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html
    """
    return _set(call, Role, request["RoleName"], request["PermissionsBoundary"])


@operation("iam", "DeleteRolePermissionsBoundary", quick=True)
def delete_role_permissions_boundary(call: Call, request: Input) -> Output:
    """Let a role do whatever its policies allow.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePermissionsBoundary.html
    """
    return _set(call, Role, request["RoleName"], "")


def _set(call: Call, kind: type[User | Role], name: str, arn: str) -> Output:
    with writing(call.control) as connection:
        one = named.get(connection, kind, call.caller.account, name)
        if isinstance(one, Role):
            roles.refuse_of_service(one)
        named.change(connection, one, boundary_arn=boundaries.checked(connection, call.caller, arn))
    return {}
