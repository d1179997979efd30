"""How much of everything an account has, and how much it may have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from skylens.iam import access_keys, managed, named, oidc_providers, policy_text
from skylens.iam.groups import Group
from skylens.iam.instance_profiles import InstanceProfile
from skylens.iam.managed import ManagedPolicy
from skylens.iam.operations.attachments import MOST_ATTACHED
from skylens.iam.operations.groups import MOST_GROUPS
from skylens.iam.roles import Role
from skylens.iam.users import User
from skylens.registry import Call, Input, Output, operation
from skylens.store.control.schema.iam_managed_policies import IAM_MANAGED_POLICIES, IAM_POLICY_VERSIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from skylens.iam.named import Named

_KINDS: Final[Mapping[str, type[Named]]] = {
    "Users": User,
    "Groups": Group,
    "Roles": Role,
    "Policies": ManagedPolicy,
    "InstanceProfiles": InstanceProfile,
}
_QUOTAS: Final = {
    "UserPolicySizeQuota": policy_text.INLINE_SIZES["user"],
    "GroupPolicySizeQuota": policy_text.INLINE_SIZES["group"],
    "RolePolicySizeQuota": policy_text.INLINE_SIZES["role"],
    "AssumeRolePolicySizeQuota": policy_text.TRUST_SIZE,
    "PolicySizeQuota": policy_text.MANAGED_SIZE,
    "GroupsPerUserQuota": MOST_GROUPS,
    "AccessKeysPerUserQuota": access_keys.MOST_KEYS,
    "AttachedPoliciesPerUserQuota": MOST_ATTACHED,
    "AttachedPoliciesPerGroupQuota": MOST_ATTACHED,
    "AttachedPoliciesPerRoleQuota": MOST_ATTACHED,
    "VersionsPerPolicyQuota": managed.MOST_VERSIONS,
}
# There are no devices, certificates and providers of these kinds: the operations that make one are refused.
_NONE: Final = (
    "MFADevices",
    "MFADevicesInUse",
    "AccountMFAEnabled",
    "AccountPasswordPresent",
    "AccountSigningCertificatesPresent",
    "ServerCertificates",
    "ServerCertificatesQuota",
    "SigningCertificatesPerUserQuota",
)


@operation("iam", "GetAccountSummary", quick=True)
def get_account_summary(call: Call, request: Input) -> Output:  # noqa: ARG001  # it has no parameters
    """Return the account's counts and quotas by name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
    """
    account = call.caller.account
    with call.control.read() as connection:
        counts = {name: named.count(connection, kind, account) for name, kind in _KINDS.items()}
        counts["PolicyVersionsInUse"] = _versions(connection, account)
        counts["Providers"] = len(oidc_providers.everything(connection, account))
    has_root_key = access_keys.root_key(call.control, account) is not None
    quotas = {f"{name}Quota": kind.QUOTA[1] for name, kind in _KINDS.items()}
    return {
        "SummaryMap": {
            **counts,
            **quotas,
            **_QUOTAS,
            "AccountAccessKeysPresent": int(has_root_key),
            **dict.fromkeys(_NONE, 0),
        }
    }


def _versions(connection: Connection, account: str) -> int:
    policies, versions = IAM_MANAGED_POLICIES.c, IAM_POLICY_VERSIONS.c
    joined = IAM_POLICY_VERSIONS.join(IAM_MANAGED_POLICIES, policies.id == versions.policy_id)
    counted = select(func.count()).select_from(joined).where(policies.account == account)
    return connection.scalar(counted) or 0
