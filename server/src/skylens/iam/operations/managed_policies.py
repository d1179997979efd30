"""Managed policies and their versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from skylens.iam import attachments, boundaries, documents, managed, named, policy_text, tags
from skylens.iam.errors import DeleteConflict, InvalidInput
from skylens.iam.managed import ManagedPolicy
from skylens.iam.named import new_id
from skylens.iam.pages import page
from skylens.iam.revision import writing
from skylens.iam.whole_seconds import whole_seconds
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from sqlalchemy import Connection


@operation("iam", "CreatePolicy", quick=True)
def create_policy(call: Call, request: Input) -> Output:
    """Create a managed policy with its first version.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
    """
    text, now = request["PolicyDocument"], whole_seconds(call.now)
    _check(text)
    policy = ManagedPolicy(
        account=call.caller.account,
        name=request["PolicyName"],
        path=request.get("Path", "/"),
        id=new_id(ManagedPolicy, call.ids),
        created_at=now,
        description=request.get("Description", ""),
        tags=tags.from_documents(request.get("Tags", ())),
        updated_at=now,
    )
    with writing(call.control) as connection:
        managed.create(connection, policy, text)
    return {"Policy": {**documents.brief_policy(policy, 0, 0), "Tags": tags.documents(policy.tags) or None}}


@operation("iam", "GetPolicy", quick=True)
def get_policy(call: Call, request: Input) -> Output:
    """Return a managed policy, the account's own or one of AWS's, without its text.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html
    """
    with call.control.read() as connection:
        policy = managed.get(connection, call.caller.account, request["PolicyArn"])
        return {"Policy": documents.policy(policy, *_uses(connection, call, policy))}


@operation("iam", "ListPolicies", quick=True)
def list_policies(call: Call, request: Input) -> Output:
    """Return managed policies by name: of the account, of AWS, or both.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html
    """
    scope, path = request.get("Scope", "All"), request.get("PathPrefix", "/")
    account = call.caller.account
    with call.control.read() as connection:
        found = named.everything(connection, ManagedPolicy, account, path) if scope != "AWS" else []
        if scope != "Local":
            found += [policy for policy in managed.of_aws() if policy.path.startswith(path)]
        told = [(policy, *_uses(connection, call, policy)) for policy in found]
    usage = request.get("PolicyUsageFilter", "")
    shown, more = page(
        [
            each
            for each in told
            if _is_used_so(*each[1:], usage=usage, only_attached=request.get("OnlyAttached", False))
        ],
        request,
        lambda each: f"{each[0].name} {each[0].arn}",
    )
    return {"Policies": [documents.brief_policy(*each) for each in shown], **more}


@operation("iam", "DeletePolicy", quick=True)
def delete_policy(call: Call, request: Input) -> Output:
    """Delete a managed policy that nobody has and that has one version left.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
    """
    with writing(call.control) as connection:
        policy = _own(connection, call, request)
        if any(_uses(connection, call, policy)):
            raise DeleteConflict("Cannot delete a policy attached to entities.")
        if len(managed.versions(connection, policy)) > 1:
            raise DeleteConflict(
                "This policy has more than one version. Before you delete a policy, you must delete the policy's "
                "versions. The default version is deleted with the policy."
            )
        managed.delete(connection, policy)
    return {}


@operation("iam", "CreatePolicyVersion", quick=True)
def create_policy_version(call: Call, request: Input) -> Output:
    """Store another text of a policy, in force at once or later.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html
    """
    text = request["PolicyDocument"]
    _check(text)
    with writing(call.control) as connection:
        policy = _own(connection, call, request)
        is_default = request.get("SetAsDefault", False)
        policy, new = managed.add_version(connection, policy, text, whole_seconds(call.now), is_default=is_default)
    return {"PolicyVersion": documents.brief_version(new, policy)}


@operation("iam", "GetPolicyVersion", quick=True)
def get_policy_version(call: Call, request: Input) -> Output:
    """Return one text of a policy, letter for letter.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html
    """
    with call.control.read() as connection:
        policy = managed.get(connection, call.caller.account, request["PolicyArn"])
        found = managed.version(connection, policy, _number(request))
    return {"PolicyVersion": documents.version(found, policy)}


@operation("iam", "ListPolicyVersions", quick=True)
def list_policy_versions(call: Call, request: Input) -> Output:
    """Return a policy's versions without their texts, the newest first.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html
    """
    with call.control.read() as connection:
        policy = managed.get(connection, call.caller.account, request["PolicyArn"])
        found = managed.versions(connection, policy)
    shown, more = page(found, request, lambda each: f"{_MANY - each.number:06}")
    return {"Versions": [documents.brief_version(each, policy) for each in shown], **more}


@operation("iam", "DeletePolicyVersion", quick=True)
def delete_policy_version(call: Call, request: Input) -> Output:
    """Delete a text of a policy that is not in force.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicyVersion.html
    """
    with writing(call.control) as connection:
        managed.remove_version(connection, _own(connection, call, request), _number(request))
    return {}


@operation("iam", "SetDefaultPolicyVersion", quick=True)
def set_default_policy_version(call: Call, request: Input) -> Output:
    """Put another version of a policy in force.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html
    """
    with writing(call.control) as connection:
        policy = _own(connection, call, request)
        found = managed.version(connection, policy, _number(request))
        named.change(connection, policy, default_version=found.number, updated_at=whole_seconds(call.now))
    return {}


_MANY: Final = 999_999  # more versions than a policy ever had


def _check(text: str) -> None:
    policy_text.refuse_long_managed(text)
    policy_text.check(text, "identity")


def _own(connection: Connection, call: Call, request: Input) -> ManagedPolicy:
    policy = managed.get(connection, call.caller.account, request["PolicyArn"])
    if policy.is_of_aws:
        raise InvalidInput(f"Policies that AWS manages cannot be changed: {policy.arn}")
    return policy


def _number(request: Input) -> int:
    return int(request["VersionId"].removeprefix("v").partition(".")[0])


def _uses(connection: Connection, call: Call, policy: ManagedPolicy) -> tuple[int, int]:
    account = call.caller.account
    attached = attachments.owner_ids(connection, account, policy.arn)
    return len(attached), boundaries.uses(connection, account, policy.arn)


def _is_used_so(attached: int, as_boundary: int, *, usage: str, only_attached: bool) -> bool:
    match usage:
        case "PermissionsPolicy":
            return bool(attached)
        case "PermissionsBoundary":
            return bool(as_boundary)
    return bool(attached) or not only_attached
