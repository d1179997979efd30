"""Managed policies: an account's own, with up to five versions, and those of AWS, which are files of this release."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from sqlalchemy import delete as delete_from
from sqlalchemy import insert, select

from skylens.iam import aws_policies, named
from skylens.iam.errors import DeleteConflict, LimitExceeded, NoSuchEntity
from skylens.iam.named import Named
from skylens.iam.policy.named_policy import NamedPolicy
from skylens.store.control.schema.iam_managed_policies import IAM_MANAGED_POLICIES, IAM_POLICY_VERSIONS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Table

    from skylens.iam.policy.named_policy import PolicyType

MOST_VERSIONS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ManagedPolicy(Named):
    """A policy that stands on its own; that of the default version is in force. AWS's are of the account ``aws``."""

    TABLE: ClassVar[Table] = IAM_MANAGED_POLICIES
    RESOURCE: ClassVar[str] = "policy"
    ID_PREFIX: ClassVar[str] = "ANPA"
    MISSING: ClassVar[str] = "Policy {} was not found."
    EXISTING: ClassVar[str] = "A policy called {} already exists. Duplicate names are not allowed."
    QUOTA: ClassVar[tuple[str, int]] = ("PoliciesPerAccount", 5_000)

    description: str = ""
    default_version: int = 1
    newest_version: int = 1
    tags: Mapping[str, str] = field(default_factory=dict)
    updated_at: datetime

    @property
    def is_of_aws(self) -> bool:
        """Whether AWS wrote it: then nobody changes it."""
        return self.account == aws_policies.ACCOUNT


class Version(NamedTuple):
    """One of a policy's texts."""

    number: int
    text: str
    created_at: datetime

    @property
    def id(self) -> str:
        """Name of it among the policy's versions."""
        return f"v{self.number}"


def of_aws() -> list[ManagedPolicy]:
    """Return the policies that AWS manages, by ARN."""
    return [_of_aws(policy) for policy in aws_policies.everything().values()]


def find(connection: Connection, account: str, arn: str) -> ManagedPolicy | None:
    """Return the policy of that ARN if the account can see it: its own, or one of AWS's."""
    if (policy := aws_policies.everything().get(arn)) is not None:
        return _of_aws(policy)
    found = named.by_arn(connection, ManagedPolicy, arn)
    return found if found is not None and found.account == account else None


def get(connection: Connection, account: str, arn: str) -> ManagedPolicy:
    """Return the policy of that ARN, or raise NoSuchEntity."""
    policy = find(connection, account, arn)
    if policy is None:
        raise NoSuchEntity(ManagedPolicy.MISSING.format(arn))
    return policy


def in_force(connection: Connection, policy: ManagedPolicy) -> NamedPolicy:
    """Return the policy of the default version, as decisions need it."""
    kind: PolicyType = "aws-managed" if policy.is_of_aws else "user-managed"
    return NamedPolicy(version(connection, policy, policy.default_version).text, policy.name, policy.arn, kind)


def versions(connection: Connection, policy: ManagedPolicy) -> list[Version]:
    """Return a policy's versions, the newest first."""
    if policy.is_of_aws:
        return [Version(policy.default_version, aws_policies.everything()[policy.arn].text, policy.updated_at)]
    table = IAM_POLICY_VERSIONS.c
    rows = select(table.number, table.text, table.created_at).where(table.policy_id == policy.id)
    return [Version(*row) for row in connection.execute(rows.order_by(table.number.desc()))]


def version(connection: Connection, policy: ManagedPolicy, number: int) -> Version:
    """Return one version of a policy, or raise NoSuchEntity."""
    for found in versions(connection, policy):
        if found.number == number:
            return found
    raise NoSuchEntity(f"Policy {policy.arn} version v{number} does not exist or is not attachable.")


def create(connection: Connection, policy: ManagedPolicy, text: str) -> ManagedPolicy:
    """Store a new policy with its first version."""
    named.create(connection, policy)
    _add(connection, policy, Version(1, text, policy.created_at))
    return policy


def add_version(
    connection: Connection, policy: ManagedPolicy, text: str, now: datetime, *, is_default: bool
) -> tuple[ManagedPolicy, Version]:
    """Store another version; a policy has five of them at the most."""
    if len(versions(connection, policy)) >= MOST_VERSIONS:
        raise LimitExceeded(
            f"A managed policy can have up to {MOST_VERSIONS} versions. Before you create a new version, "
            "you must delete an existing version."
        )
    new = Version(policy.newest_version + 1, text, now)
    _add(connection, policy, new)
    default = new.number if is_default else policy.default_version
    changed = named.change(connection, policy, newest_version=new.number, default_version=default, updated_at=now)
    return changed, new


def remove_version(connection: Connection, policy: ManagedPolicy, number: int) -> None:
    """Remove a version that is not in force."""
    version(connection, policy, number)
    if number == policy.default_version:
        raise DeleteConflict("Cannot delete the default version of a policy.")
    table = IAM_POLICY_VERSIONS
    connection.execute(delete_from(table).where(table.c.policy_id == policy.id, table.c.number == number))


def delete(connection: Connection, policy: ManagedPolicy) -> None:
    """Remove a policy with the one version that it has left."""
    table = IAM_POLICY_VERSIONS
    connection.execute(delete_from(table).where(table.c.policy_id == policy.id))
    named.delete(connection, policy)


def _add(connection: Connection, policy: ManagedPolicy, new: Version) -> None:
    row = {"policy_id": policy.id, "number": new.number, "text": new.text, "created_at": new.created_at}
    connection.execute(insert(IAM_POLICY_VERSIONS).values(row))


def _of_aws(policy: aws_policies.AwsPolicy) -> ManagedPolicy:
    return ManagedPolicy(
        account=aws_policies.ACCOUNT,
        name=policy.name,
        path=policy.path,
        id=policy.id,
        created_at=policy.written_at,
        description=policy.description,
        default_version=policy.version,
        newest_version=policy.version,
        updated_at=policy.written_at,
    )
