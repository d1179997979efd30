"""What each operation of IAM needs, and how the audit trail files it.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from skylens.iam import access_keys, managed, named, oidc_providers
from skylens.iam.groups import Group
from skylens.iam.instance_profiles import InstanceProfile
from skylens.iam.managed import ManagedPolicy
from skylens.iam.named import Named, arn_of
from skylens.iam.roles import SERVICE_PATH, Role, service_role_name
from skylens.iam.users import User
from skylens.registry import Access, Need, declare_access

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from skylens.caller import Caller
    from skylens.registry import Input
    from skylens.store.control import Control

    Values = dict[str, str | Sequence[str]]
    Needs = Callable[[Control, Caller, Input], Iterable[Need]]
    Find = Callable[[Connection, Caller, Input], "Subject"]


class Subject(NamedTuple):
    """What an operation is about: its ARN, and what conditions may ask of it."""

    arn: str
    tags: Mapping[str, str] = {}
    boundary_arn: str = ""


_EVERYTHING: Final = Subject("*")


def _named(kind: type[Named], member: str) -> Find:
    """Find what a member names; a name that nothing has stands for what would be created."""

    def find(connection: Connection, caller: Caller, request: Input) -> Subject:
        name = request.get(member, "")
        found = named.find(connection, kind, caller.account, name)
        if found is None:
            return Subject(arn_of(kind, caller.account, request.get("Path", "/"), name))
        return _subject(found)

    return find


def _own(kind: type[Named], member: str) -> Find:
    """Find what a member names, or the user who calls where it names nobody."""
    by_name = _named(kind, member)

    def find(connection: Connection, caller: Caller, request: Input) -> Subject:
        return by_name(connection, caller, request) if member in request else Subject(caller.arn)

    return find


def _listed(kind: type[Named]) -> Find:
    """All of a kind whose paths begin as asked, as AWS names them."""
    return lambda _, caller, request: Subject(arn_of(kind, caller.account, request.get("PathPrefix", "/"), ""))


def _policy(connection: Connection, caller: Caller, request: Input) -> Subject:
    arn = request.get("PolicyArn", "")
    found = managed.find(connection, caller.account, arn)
    return Subject(arn) if found is None else _subject(found)


def _provider(connection: Connection, caller: Caller, request: Input) -> Subject:
    arn = request.get("OpenIDConnectProviderArn", "")
    found = oidc_providers.by_url(connection, caller.account, arn.partition(":oidc-provider/")[2])
    return Subject(arn, found.tags) if found is not None and found.arn == arn else Subject(arn)


def _new_provider(_: Connection, caller: Caller, request: Input) -> Subject:
    url = request.get("Url", "").partition("://")[2].rstrip("/")
    return Subject(f"arn:aws:iam::{caller.account}:oidc-provider/{url}")


def _key(connection: Connection, caller: Caller, request: Input) -> Subject:
    owner = access_keys.owner(connection, caller.account, request.get("AccessKeyId", ""))
    return Subject(arn_of(User, caller.account, "/", "*")) if owner is None else Subject(owner.arn)


def _source(connection: Connection, caller: Caller, request: Input) -> Subject:  # noqa: ARG001  # finders are called alike
    return Subject(request.get("PolicySourceArn", ""))


def _reported(connection: Connection, caller: Caller, request: Input) -> Subject:  # noqa: ARG001  # finders are called alike
    return Subject(request.get("Arn", ""))


def _service_role(_: Connection, caller: Caller, request: Input) -> Subject:
    service = request.get("AWSServiceName", "")
    name = service_role_name(service, request.get("CustomSuffix", ""))
    return Subject(arn_of(Role, caller.account, f"{SERVICE_PATH}{service}/", name))


def _deleted_role(_: Connection, caller: Caller, request: Input) -> Subject:
    path, _, _ = request.get("DeletionTaskId", "").removeprefix("task").rpartition("/")
    return Subject(f"arn:aws:iam::{caller.account}:role{path}")


def _anything(connection: Connection, caller: Caller, request: Input) -> Subject:  # noqa: ARG001  # finders are called alike
    return _EVERYTHING


def _subject(found: Named) -> Subject:
    return Subject(found.arn, getattr(found, "tags", {}), getattr(found, "boundary_arn", ""))


def _needs(operation: str, find: Find, *, tagging: str = "") -> Needs:
    action = f"iam:{operation}"

    def needs(control: Control, caller: Caller, request: Input) -> Iterable[Need]:
        with control.read() as connection:
            subject = find(connection, caller, request)
        about = _about(subject, request)
        yield Need(action, subject.arn, about)
        if tagging and request.get("Tags"):
            yield Need(f"iam:{tagging}", subject.arn, about)

    return needs


def _about(subject: Subject, request: Input) -> Values:
    """Return the condition keys of a call: of the subject, and of what the request brings."""
    values: Values = {}
    for key, value in subject.tags.items():
        values[f"aws:ResourceTag/{key}"] = values[f"iam:ResourceTag/{key}"] = value
    for tag in request.get("Tags", ()):
        values[f"aws:RequestTag/{tag['Key']}"] = tag["Value"]
    if keys := [*(tag["Key"] for tag in request.get("Tags", ())), *request.get("TagKeys", ())]:
        values["aws:TagKeys"] = keys
    if boundary := request.get("PermissionsBoundary", subject.boundary_arn):
        values["iam:PermissionsBoundary"] = boundary
    if "PolicyArn" in request and subject.arn != request["PolicyArn"]:
        values["iam:PolicyARN"] = request["PolicyArn"]
    if "AWSServiceName" in request:
        values["iam:AWSServiceName"] = request["AWSServiceName"]
    return values


def _rename(operation: str, kind: type[Named], noun: str) -> Needs:
    """Who gives another name must be allowed to do so with both."""
    find, action = _named(kind, f"{noun}Name"), f"iam:{operation}"

    def needs(control: Control, caller: Caller, request: Input) -> Iterable[Need]:
        with control.read() as connection:
            subject = find(connection, caller, request)
        yield Need(action, subject.arn, _about(subject, request))
        old_path, _, old_name = subject.arn.partition(f":{kind.RESOURCE}")[2].rpartition("/")
        path, name = request.get("NewPath", f"{old_path}/"), request.get(f"New{noun}Name", old_name)
        new = arn_of(kind, caller.account, path, name)
        if new != subject.arn:
            yield Need(action, new, _about(subject, request))

    return needs


def _pass_role(control: Control, caller: Caller, request: Input) -> Iterable[Need]:
    """A role in an instance profile is a role handed on to a machine."""
    yield from _needs("AddRoleToInstanceProfile", _PROFILE)(control, caller, request)
    with control.read() as connection:
        role = _ROLE(connection, caller, request)
    about = {**_about(role, {}), "iam:PassedToService": "ec2.amazonaws.com"}
    yield Need("iam:PassRole", role.arn, about)


_USER, _GROUP, _ROLE = _named(User, "UserName"), _named(Group, "GroupName"), _named(Role, "RoleName")
_PROFILE: Final = _named(InstanceProfile, "InstanceProfileName")
_NEW_POLICY: Final = _named(ManagedPolicy, "PolicyName")
_SELF: Final = _own(User, "UserName")

# What each operation is about.
_ABOUT: Final[Mapping[Find, Sequence[str]]] = {
    _USER: (
        "AttachUserPolicy",
        "CreateUser",
        "DeleteUser",
        "DeleteUserPermissionsBoundary",
        "DeleteUserPolicy",
        "DetachUserPolicy",
        "GetUserPolicy",
        "ListAttachedUserPolicies",
        "ListGroupsForUser",
        "ListUserPolicies",
        "ListUserTags",
        "PutUserPermissionsBoundary",
        "PutUserPolicy",
        "TagUser",
        "UntagUser",
    ),
    _SELF: (
        "CreateAccessKey",
        "DeleteAccessKey",
        "DeleteLoginProfile",
        "GetLoginProfile",
        "GetUser",
        "ListAccessKeys",
        "ListMFADevices",
        "ListServiceSpecificCredentials",
        "ListSigningCertificates",
        "ListSSHPublicKeys",
        "UpdateAccessKey",
    ),
    _GROUP: (
        "AddUserToGroup",
        "AttachGroupPolicy",
        "CreateGroup",
        "DeleteGroup",
        "DeleteGroupPolicy",
        "DetachGroupPolicy",
        "GetGroup",
        "GetGroupPolicy",
        "ListAttachedGroupPolicies",
        "ListGroupPolicies",
        "PutGroupPolicy",
        "RemoveUserFromGroup",
    ),
    _ROLE: (
        "AttachRolePolicy",
        "CreateRole",
        "DeleteRole",
        "DeleteRolePermissionsBoundary",
        "DeleteRolePolicy",
        "DeleteServiceLinkedRole",
        "DetachRolePolicy",
        "GetRole",
        "GetRolePolicy",
        "ListAttachedRolePolicies",
        "ListInstanceProfilesForRole",
        "ListRolePolicies",
        "ListRoleTags",
        "PutRolePermissionsBoundary",
        "PutRolePolicy",
        "TagRole",
        "UntagRole",
        "UpdateAssumeRolePolicy",
        "UpdateRole",
        "UpdateRoleDescription",
    ),
    _PROFILE: (
        "CreateInstanceProfile",
        "DeleteInstanceProfile",
        "GetInstanceProfile",
        "ListInstanceProfileTags",
        "RemoveRoleFromInstanceProfile",
        "TagInstanceProfile",
        "UntagInstanceProfile",
    ),
    _NEW_POLICY: ("CreatePolicy",),
    _policy: (
        "CreatePolicyVersion",
        "DeletePolicy",
        "DeletePolicyVersion",
        "GetPolicy",
        "GetPolicyVersion",
        "ListEntitiesForPolicy",
        "ListPolicyTags",
        "ListPolicyVersions",
        "SetDefaultPolicyVersion",
        "TagPolicy",
        "UntagPolicy",
    ),
    _provider: (
        "AddClientIDToOpenIDConnectProvider",
        "DeleteOpenIDConnectProvider",
        "GetOpenIDConnectProvider",
        "ListOpenIDConnectProviderTags",
        "RemoveClientIDFromOpenIDConnectProvider",
        "TagOpenIDConnectProvider",
        "UntagOpenIDConnectProvider",
        "UpdateOpenIDConnectProviderThumbprint",
    ),
    _new_provider: ("CreateOpenIDConnectProvider",),
    _key: ("GetAccessKeyLastUsed",),
    _source: ("GetContextKeysForPrincipalPolicy", "SimulatePrincipalPolicy"),
    _reported: ("GenerateServiceLastAccessedDetails", "ListPoliciesGrantingServiceAccess"),
    _service_role: ("CreateServiceLinkedRole",),
    _deleted_role: ("GetServiceLinkedRoleDeletionStatus",),
    _listed(User): ("ListUsers",),
    _listed(Group): ("ListGroups",),
    _listed(Role): ("ListRoles",),
    _listed(InstanceProfile): ("ListInstanceProfiles",),
    _listed(ManagedPolicy): ("ListPolicies",),
    _anything: (
        "CreateAccountAlias",
        "DeleteAccountAlias",
        "DeleteAccountPasswordPolicy",
        "GenerateCredentialReport",
        "GetAccountAuthorizationDetails",
        "GetAccountPasswordPolicy",
        "GetAccountSummary",
        "GetContextKeysForCustomPolicy",
        "GetCredentialReport",
        "GetServiceLastAccessedDetails",
        "GetServiceLastAccessedDetailsWithEntities",
        "ListAccountAliases",
        "ListOpenIDConnectProviders",
        "ListSAMLProviders",
        "ListServerCertificates",
        "ListVirtualMFADevices",
        "SimulateCustomPolicy",
        "UpdateAccountPasswordPolicy",
    ),
}
# Who creates something with tags must be allowed to tag, too.
_TAGGING: Final = {
    "CreateInstanceProfile": "TagInstanceProfile",
    "CreateOpenIDConnectProvider": "TagOpenIDConnectProvider",
    "CreatePolicy": "TagPolicy",
    "CreateRole": "TagRole",
    "CreateUser": "TagUser",
}
_READING: Final = ("Get", "List", "Simulate", "Generate")

ACCESS: Final = {
    **{
        operation: Access(
            read_only=operation.startswith(_READING),
            needs=_needs(operation, find, tagging=_TAGGING.get(operation, "")),
        )
        for find, operations in _ABOUT.items()
        for operation in operations
    },
    "AddRoleToInstanceProfile": Access(needs=_pass_role),
    "UpdateGroup": Access(needs=_rename("UpdateGroup", Group, "Group")),
    "UpdateUser": Access(needs=_rename("UpdateUser", User, "User")),
}
declare_access("iam", ACCESS)
