"""Roles: what somebody whom their trust policy names may become for an hour or so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from skylens.iam import named
from skylens.iam.errors import UnmodifiableEntity
from skylens.iam.named import Named
from skylens.store.control.schema.iam_roles import IAM_ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Table

SHORTEST_MAXIMUM_SECONDS: Final = 3600
SERVICE_PATH: Final = "/aws-service-role/"
# Where a role's name is not made of the service's first word.
_NAMES: Final = {
    "cloudtrail.amazonaws.com": "CloudTrail",
    "events.amazonaws.com": "CloudWatchEvents",
    "application-signals.cloudwatch.amazonaws.com": "CloudWatchApplicationSignals",
    "xray.amazonaws.com": "XRay",
}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Role(Named):
    """A role. Sessions that began before ``revoked_before`` are worth nothing any more."""

    TABLE: ClassVar[Table] = IAM_ROLES
    RESOURCE: ClassVar[Literal["role"]] = "role"
    ID_PREFIX: ClassVar[str] = "AROA"
    MISSING: ClassVar[str] = "The role with name {} cannot be found."
    EXISTING: ClassVar[str] = "Role with name {} already exists."
    QUOTA: ClassVar[tuple[str, int]] = ("RolesPerAccount", 5_000)

    trust_policy: str
    description: str = ""
    max_session_seconds: int = SHORTEST_MAXIMUM_SECONDS
    boundary_arn: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    revoked_before: datetime | None = None
    last_used_at: datetime | None = None
    last_used_region: str | None = None

    @property
    def is_of_service(self) -> bool:
        """Whether a service made it for itself: only that service may use or change it."""
        return self.path.startswith(SERVICE_PATH)


def revoke_sessions(connection: Connection, role: Role, now: datetime) -> Role:
    """Let no session of a role count that began before now; its keys stay refused until they expire."""
    return named.change(connection, role, revoked_before=now)


def refuse_of_service(role: Role) -> Role:
    """Return a role that users may change, or raise UnmodifiableEntity."""
    if role.is_of_service:
        raise UnmodifiableEntity(
            f"Cannot perform the operation on the protected role '{role.name}' - this role is only modifiable by AWS"
        )
    return role


def service_role_name(service: str, suffix: str = "") -> str:
    """Return the name of the role that a service makes for itself.

    >>> service_role_name("cloudtrail.amazonaws.com")
    'AWSServiceRoleForCloudTrail'
    """
    first = service.partition(".")[0]
    word = _NAMES.get(service) or "".join(part.capitalize() for part in first.split("-"))
    return f"AWSServiceRoleFor{word}" + (f"_{suffix}" if suffix else "")
