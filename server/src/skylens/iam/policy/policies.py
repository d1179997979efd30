"""Policies: everything that a decision reads, by the part that it plays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from skylens.iam.policy.document import Policy, parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from skylens.iam.policy.named_policy import NamedPolicy

# In AWS's words, as its denials say them.
Part: TypeAlias = Literal[
    "identity-based policy", "resource-based policy", "permissions boundary", "session policy", "role trust policy"
]


@dataclass(frozen=True, slots=True)
class ResourcePolicy:
    """What is written on a resource. ``is_mandatory`` where nobody may do anything that it does not say.

    That is so of KMS keys and of the trust policies of roles.
    """

    policies: tuple[NamedPolicy, ...]
    is_mandatory: bool = False
    part: Literal["resource-based policy", "role trust policy"] = "resource-based policy"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A policy that was parsed, with the name by which a decision tells of it."""

    policy: Policy
    named: NamedPolicy


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies that a decision reads. An empty ``session`` narrows nothing unless ``is_session_bound``.

    ``is_root``: the identity is an account's root user, or a session made from it, which needs no policies.
    """

    identity: tuple[Parsed, ...] = ()
    boundary: Parsed | None = None
    session: tuple[Parsed, ...] = ()
    is_session_bound: bool = False
    is_root: bool = False
    resource: tuple[Parsed, ...] = ()
    is_resource_mandatory: bool = False
    resource_part: Literal["resource-based policy", "role trust policy"] = "resource-based policy"

    def parts(self) -> tuple[tuple[Part, tuple[Parsed, ...]], ...]:
        """Return all of them by the part that they play."""
        return (
            ("identity-based policy", self.identity),
            ("permissions boundary", (self.boundary,) if self.boundary else ()),
            ("session policy", self.session),
            (self.resource_part, self.resource),
        )


def parsed(policies: Iterable[NamedPolicy]) -> tuple[Parsed, ...]:
    """Return the policies parsed; PolicyError for one that is none: nothing is decided without it."""
    return tuple(Parsed(parse(policy.text), policy) for policy in policies)
