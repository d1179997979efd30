"""Instance profiles, and the role in each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skylens.iam import documents, instance_profiles, named, roles, tags
from skylens.iam.errors import DeleteConflict, LimitExceeded, NoSuchEntity
from skylens.iam.instance_profiles import InstanceProfile
from skylens.iam.named import new_id
from skylens.iam.pages import page
from skylens.iam.revision import writing
from skylens.iam.roles import Role
from skylens.iam.whole_seconds import whole_seconds
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection


@operation("iam", "CreateInstanceProfile", quick=True)
def create_instance_profile(call: Call, request: Input) -> Output:
    """Create an instance profile without a role.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateInstanceProfile.html
    """
    profile = InstanceProfile(
        account=call.caller.account,
        name=request["InstanceProfileName"],
        path=request.get("Path", "/"),
        id=new_id(InstanceProfile, call.ids),
        created_at=whole_seconds(call.now),
        tags=tags.from_documents(request.get("Tags", ())),
    )
    with writing(call.control) as connection:
        return {"InstanceProfile": _document(connection, named.create(connection, profile))}


@operation("iam", "GetInstanceProfile", quick=True)
def get_instance_profile(call: Call, request: Input) -> Output:
    """Return an instance profile with its role.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetInstanceProfile.html
    """
    with call.control.read() as connection:
        return {"InstanceProfile": _document(connection, _profile(connection, call, request))}


@operation("iam", "ListInstanceProfiles", quick=True)
def list_instance_profiles(call: Call, request: Input) -> Output:
    """Return the instance profiles whose paths begin as asked, by name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfiles.html
    """
    with call.control.read() as connection:
        found = named.everything(connection, InstanceProfile, call.caller.account, request.get("PathPrefix", "/"))
        return _page(connection, found, request)


@operation("iam", "ListInstanceProfilesForRole", quick=True)
def list_instance_profiles_for_role(call: Call, request: Input) -> Output:
    """Return the instance profiles that hold a role, by name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfilesForRole.html
    """
    with call.control.read() as connection:
        role = named.get(connection, Role, call.caller.account, request["RoleName"])
        return _page(connection, instance_profiles.of_role(connection, role), request)


@operation("iam", "DeleteInstanceProfile", quick=True)
def delete_instance_profile(call: Call, request: Input) -> Output:
    """Delete an instance profile that holds no role.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteInstanceProfile.html
    """
    with writing(call.control) as connection:
        profile = _profile(connection, call, request)
        if profile.role_id:
            raise DeleteConflict("Cannot delete entity, must remove roles from instance profile first.")
        named.delete(connection, profile)
    return {}


@operation("iam", "AddRoleToInstanceProfile", quick=True)
def add_role_to_instance_profile(call: Call, request: Input) -> Output:
    """Put a role into an instance profile that holds none.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html
    """
    with writing(call.control) as connection:
        profile = _profile(connection, call, request)
        role = named.get(connection, Role, call.caller.account, request["RoleName"])
        roles.refuse_of_service(role)
        if profile.role_id:
            raise LimitExceeded("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")
        named.change(connection, profile, role_id=role.id)
    return {}


@operation("iam", "RemoveRoleFromInstanceProfile", quick=True)
def remove_role_from_instance_profile(call: Call, request: Input) -> Output:
    """Take the role out of an instance profile.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveRoleFromInstanceProfile.html
    """
    with writing(call.control) as connection:
        profile = _profile(connection, call, request)
        role = named.get(connection, Role, call.caller.account, request["RoleName"])
        if profile.role_id != role.id:
            raise NoSuchEntity(f"The role {role.name} is not in the instance profile {profile.name}.")
        named.change(connection, profile, role_id="")
    return {}


def _profile(connection: Connection, call: Call, request: Input) -> InstanceProfile:
    return named.get(connection, InstanceProfile, call.caller.account, request["InstanceProfileName"])


def _page(connection: Connection, found: Iterable[InstanceProfile], request: Input) -> Output:
    shown, more = page(found, request, lambda profile: profile.name)
    return {"InstanceProfiles": [_document(connection, profile) for profile in shown], **more}


def _document(connection: Connection, profile: InstanceProfile) -> documents.Document:
    return documents.instance_profile(profile, instance_profiles.roles_in(connection, profile))
