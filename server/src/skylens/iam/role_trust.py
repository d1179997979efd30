"""The trust policy of a role, as the policy on the resource that it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from skylens.iam.policies_of import role_by_arn
from skylens.iam.policy.named_policy import NamedPolicy
from skylens.iam.policy.policies import ResourcePolicy

if TYPE_CHECKING:
    from skylens.store.control import Control

_NO_TRUST: Final = ResourcePolicy((), is_mandatory=True, part="role trust policy")


def role_trust(control: Control, arn: str) -> ResourcePolicy | None:
    """Return what says who may become the role of an ARN: nobody where there is no role, as where it trusts nobody."""
    if ":role/" not in arn:
        return None
    with control.read() as connection:
        role = role_by_arn(connection, arn)
    if role is None:
        return _NO_TRUST
    policy = NamedPolicy(role.trust_policy, role.name, type="resource")
    return ResourcePolicy((policy,), is_mandatory=True, part="role trust policy")
