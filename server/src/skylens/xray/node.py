"""Node: who took part in a trace, by name, type and account; and the node that a call's own record points at."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A service in a trace. ``type`` is its origin, ``""`` for local code; ``account_id`` is ``""`` when not told."""

    name: str
    type: str = ""
    account_id: str = ""

    def __repr__(self) -> str:
        return f"<Node {self.name} {self.type or 'local'}>"


# Canonical service spelling for subsegment names in any case, where AWS's node type differs from "AWS::" + name.
SERVICES: Final = {
    "dynamodb": "DynamoDB",
    "lambda": "Lambda",
    "s3": "S3",
    "sns": "SNS",
    "sqs": "SQS",
}


def inferred_node(subsegment: Mapping[str, Any]) -> Node | None:
    """Return the node a call's subsegment stands for when nobody reports the other side; None when it is no call.

    https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-inferredsegments
    """
    raise NotImplementedError
