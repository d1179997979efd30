"""Instance profiles: a role under a name of its own, for machines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from skylens.iam import named
from skylens.iam.named import Named
from skylens.iam.roles import Role
from skylens.store.control.schema.iam_instance_profiles import IAM_INSTANCE_PROFILES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Table


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class InstanceProfile(Named):
    """An instance profile; it holds one role at the most."""

    TABLE: ClassVar[Table] = IAM_INSTANCE_PROFILES
    RESOURCE: ClassVar[str] = "instance-profile"
    ID_PREFIX: ClassVar[str] = "AIPA"
    MISSING: ClassVar[str] = "Instance Profile {} cannot be found."
    EXISTING: ClassVar[str] = "Instance Profile {} already exists."
    QUOTA: ClassVar[tuple[str, int]] = ("InstanceProfilesPerAccount", 5_000)

    role_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


def roles_in(connection: Connection, profile: InstanceProfile) -> list[Role]:
    """Return the role of a profile, or nothing."""
    role = named.by_id(connection, Role, profile.role_id) if profile.role_id else None
    return [] if role is None else [role]


def of_role(connection: Connection, role: Role) -> list[InstanceProfile]:
    """Return the profiles that hold a role, by name."""
    everything = named.everything(connection, InstanceProfile, role.account)
    return [profile for profile in everything if profile.role_id == role.id]
