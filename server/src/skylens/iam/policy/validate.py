"""validate: what a policy must and must not say, by where it is put. The reasons are those that IAM gives.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from skylens.iam.policy.document import NEWEST_VERSION, PolicyError, parse
from skylens.iam.policy.source import Position

if TYPE_CHECKING:
    from skylens.iam.policy.document import Policy
    from skylens.iam.policy.statement import Statement

# Where a policy is put: on a user, group, role or session; on a resource; as a role's trust policy.
Place: TypeAlias = Literal["identity", "resource", "trust"]

_VENDOR: Final = re.compile(r"[a-z0-9-]+")
_NAME: Final = re.compile(r"[a-z0-9*?]+")
_SID: Final = re.compile(r"[A-Za-z0-9]*")
_PARTITIONS: Final = frozenset({"aws", "aws-cn", "aws-us-gov", "*"})
_ARN_PARTS: Final = 6


def validate(text: str, place: Place) -> Policy:
    """Return the policy, or raise PolicyError with AWS's reason."""
    policy = parse(text)
    if not policy.statements:
        raise PolicyError("Syntax errors in policy.", "there is no statement", Position(1, 1))
    if place == "identity" and policy.version != NEWEST_VERSION:
        reason = f"Policy document must be version {NEWEST_VERSION} or greater."
        raise PolicyError(reason, "", policy.statements[0].start)
    for statement in policy.statements:
        _check_statement(statement, place)
    return policy


def _check_statement(statement: Statement, place: Place) -> None:
    if not statement.actions:
        raise _wrong(statement, "Policy statement must contain actions.")
    for action in statement.actions:
        _check_action(statement, action)
    if place == "trust":
        _check_trust(statement)
    elif not statement.resources:
        raise _wrong(statement, "Policy statement must contain resources.")
    for resource in statement.resources:
        _check_resource(statement, resource.text)
    if place == "identity":
        _check_identity(statement)
    else:
        _check_principals(statement)


def _check_identity(statement: Statement) -> None:
    if statement.principals is not None:
        raise _wrong(statement, "Policy document should not specify a principal.")
    if not _SID.fullmatch(statement.sid):
        raise _wrong(
            statement,
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
        )


def _check_trust(statement: Statement) -> None:
    if statement.resources:
        raise _wrong(
            statement,
            "Has prohibited field NotResource" if statement.is_not_resource else "Has prohibited field Resource",
        )
    if any(not action.startswith("sts:") and action != "*" for action in statement.actions):
        raise _wrong(statement, "AssumeRole policy may only specify STS AssumeRole actions.")


def _check_principals(statement: Statement) -> None:
    if statement.principals is None:
        raise _wrong(statement, "Missing required field Principal")
    if statement.principals.is_not and statement.is_allow:
        raise _wrong(statement, "Allow with NotPrincipal is not supported.")


def _check_action(statement: Statement, action: str) -> None:
    if action == "*":
        return
    vendor, colon, name = action.partition(":")
    if not colon:
        raise _wrong(statement, "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.", action)
    if ":" in name:
        raise _wrong(statement, "Actions/Condition can contain only one colon.", action)
    if not _VENDOR.fullmatch(vendor):
        raise _wrong(statement, f"Vendor {vendor} is not valid", action)
    if not _NAME.fullmatch(name):
        raise _wrong(statement, "The policy failed legacy parsing", action)


def _check_resource(statement: Statement, resource: str) -> None:
    if resource == "*":
        return
    parts = resource.split(":", _ARN_PARTS - 1)
    # A wildcard may stand for any number of parts, as in arn:aws:xray:*.
    if parts[0] != "arn" or (len(parts) < _ARN_PARTS and "*" not in parts[-1]):
        raise _wrong(statement, f'Resource {resource} must be in ARN format or "*".')
    if len(parts) > 1 and parts[1] not in _PARTITIONS:
        raise _wrong(statement, f'Partition "{parts[1]}" is not valid for resource "{resource}".')
    if parts[2:3] == ["iam"] and parts[3:4] not in ([], [""], ["*"]):
        raise _wrong(statement, f"IAM resource {resource} cannot contain region information.")


def _wrong(statement: Statement, reason: str, detail: str = "") -> PolicyError:
    return PolicyError(reason, repr(detail) if detail else "in the statement", statement.start)
