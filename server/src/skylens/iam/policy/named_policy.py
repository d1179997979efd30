"""NamedPolicy: the text of a policy, and what it is called where a decision names it."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

# As in the SourcePolicyType of AWS's simulations; "session" and "boundary" have no name there.
PolicyType: TypeAlias = Literal["user", "group", "role", "aws-managed", "user-managed", "resource", "none"]


@dataclass(frozen=True, slots=True)
class NamedPolicy:
    """A policy as it was put. An inline policy has no ARN, but the type of whom it is written into."""

    text: str = field(repr=False)
    name: str
    arn: str = ""
    type: PolicyType = "none"
