"""Texts of policies as they are put: read by the policy language, and within IAM's sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from skylens.iam.errors import LimitExceeded, MalformedPolicyDocument
from skylens.iam.policy.document import PolicyError
from skylens.iam.policy.validate import validate

if TYPE_CHECKING:
    from skylens.iam.policy.validate import Place

# Without white space, all of an owner's inline policies together.
INLINE_SIZES: Final = {"user": 2_048, "group": 5_120, "role": 10_240}
MANAGED_SIZE: Final = 6_144
TRUST_SIZE: Final = 2_048


def check(text: str, place: Place) -> None:
    """Raise MalformedPolicyDocument where the text is no policy for this place."""
    try:
        validate(text, place)
    except PolicyError as wrong:
        raise MalformedPolicyDocument(str(wrong)) from wrong


def size(text: str) -> int:
    """Return the size that counts: without white space.

    >>> size('{"Version": "2012-10-17"}')
    24
    """
    return sum(not character.isspace() for character in text)


def refuse_long_trust(text: str) -> None:
    """Raise LimitExceeded where a trust policy is longer than a role's may be."""
    if size(text) > TRUST_SIZE:
        raise LimitExceeded(f"Cannot exceed quota for ACLSizePerRole: {TRUST_SIZE}")


def refuse_long_managed(text: str) -> None:
    """Raise LimitExceeded where a managed policy would be longer than one may be."""
    if size(text) > MANAGED_SIZE:
        raise LimitExceeded(f"Cannot exceed quota for PolicySize: {MANAGED_SIZE}")
