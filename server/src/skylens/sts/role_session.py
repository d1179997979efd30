"""Role sessions: the principal that a role's credentials stand for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from skylens.caller import AccountId, Issuer, Principal, Session
from skylens.sts.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from skylens.iam.roles import Role


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants of a session."""

    name: str
    issued_at: datetime
    policies: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive_tag_keys: tuple[str, ...] = ()
    source_identity: str = ""
    federated_provider: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


def of(role: Role, wanted: Wanted) -> Principal:
    """Return the session of a role. Its ARN has the role's name without its path."""
    issuer = Issuer("Role", role.id, role.arn, AccountId(role.account), role.name)
    session = Session(
        issuer,
        wanted.issued_at,
        wanted.policies,
        wanted.tags,
        wanted.transitive_tag_keys,
        wanted.source_identity,
        federated_provider=wanted.federated_provider,
        attributes=wanted.attributes,
    )
    arn = f"arn:aws:sts::{role.account}:assumed-role/{role.name}/{wanted.name}"
    return Principal(issuer.account, arn, "AssumedRole", f"{role.id}:{wanted.name}", wanted.name, session)


def described(principal: Principal) -> dict[str, str]:
    """Return a role session as answers name it."""
    return {"AssumedRoleId": principal.id, "Arn": principal.arn}


def check_seconds(role: Role, seconds: int) -> None:
    """Raise ValidationError where a session would last longer than its role lets it."""
    if seconds > role.max_session_seconds:
        raise ValidationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
