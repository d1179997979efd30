"""Roles: what somebody whom their trust policy names may become for an hour or so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from skylens.iam.named import Named
from skylens.store.control.schema.iam_roles import IAM_ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Table

SHORTEST_MAXIMUM_SECONDS: Final = 3600
SERVICE_PATH: Final = "/aws-service-role/"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Role(Named):
    """A role. Sessions that began before ``revoked_before`` are worth nothing any more."""

    TABLE: ClassVar[Table] = IAM_ROLES
    RESOURCE: ClassVar[Literal["role"]] = "role"
    ID_PREFIX: ClassVar[str] = "AROA"
    MISSING: ClassVar[str] = "The role with name {} cannot be found."
    EXISTING: ClassVar[str] = "Role with name {} already exists."

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
