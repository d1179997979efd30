"""Node: who took part in a trace, by name, type and account; and the node that a call's own record points at."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A service in a trace. ``type`` is its origin, ``""`` for local code; ``account_id`` is ``""`` when not told."""

    name: str
    type: str = ""
    account_id: str = ""

    def __repr__(self) -> str:
        return f"<Node {self.name} {self.type or 'local'}>"


class _Service(NamedTuple):
    """An AWS service as nodes show it: its spelling, and which key of ``aws`` names the resource that was called."""

    name: str
    resource_key: str = ""
    resource_type: str = ""


_DYNAMODB: Final = _Service("DynamoDB", "table_name", "AWS::DynamoDB::Table")
_LAMBDA: Final = _Service("Lambda", "function_name", "AWS::Lambda")
_S3: Final = _Service("S3", "bucket_name", "AWS::S3::Bucket")
_SNS: Final = _Service("SNS")
_SQS: Final = _Service("SQS", "queue_url", "AWS::SQS::Queue")

# Lower-case spelling of the subsegment's name as the SDKs send it (Python: endpoint prefix; Node, Go, .NET: service
# name; Java: its own) → the service. Every other service is "AWS::" + the name as sent.
SERVICES: Final[Mapping[str, _Service]] = {
    "dynamodb": _DYNAMODB,
    "dynamodbv2": _DYNAMODB,
    "amazondynamodbv2": _DYNAMODB,
    "lambda": _LAMBDA,
    "awslambda": _LAMBDA,
    "s3": _S3,
    "amazons3": _S3,
    "amazon s3": _S3,
    "sns": _SNS,
    "amazonsns": _SNS,
    "sqs": _SQS,
    "amazonsqs": _SQS,
}


def inferred_node(subsegment: Mapping[str, Any]) -> Node | None:
    """Return the node a call's subsegment stands for when nobody reports the other side; None when it is no call.

    https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-inferredsegments

    >>> inferred_node({"name": "dynamodb", "namespace": "aws", "aws": {"table_name": "carts"}})
    <Node carts AWS::DynamoDB::Table>
    >>> inferred_node({"name": "shop@db", "namespace": "remote", "sql": {}})
    <Node shop@db Database::SQL>
    """
    target = call_target(subsegment)
    return None if target is None else Node(*target)


def call_target(subsegment: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """Return name, type and account of the node that ``inferred_node`` gives, for code that counts microseconds."""
    namespace = subsegment.get("namespace")
    if namespace == "aws":
        return aws_target(subsegment["name"], subsegment.get("aws"))
    if namespace == "remote":
        kind = "Database::SQL" if isinstance(subsegment.get("sql"), dict) else "remote"
        aws = subsegment.get("aws")
        return subsegment["name"], kind, account_of(aws) if isinstance(aws, dict) else ""
    return None


def resource_of(service: _Service, aws: Mapping[str, Any]) -> str:
    """Return the table, bucket, queue or function that a call names; ``""`` when it names none or several."""
    resource = aws.get(service.resource_key) if service.resource_key else None
    if resource is None and service is _DYNAMODB:
        tables = aws.get("table_names") or aws.get("resource_names")
        resource = tables[0] if isinstance(tables, list) and len(tables) == 1 else None
    return resource if isinstance(resource, str) else ""


def account_of(aws: Mapping[str, Any]) -> str:
    """Return the account in an ``aws`` block; some producers send it as a number.

    >>> account_of({"account_id": "000000000001"}), account_of({"account_id": 123456789012}), account_of({})
    ('000000000001', '123456789012', '')
    """
    account = aws.get("account_id")
    if isinstance(account, str):
        return account
    return f"{account:012d}" if isinstance(account, int) and not isinstance(account, bool) else ""


def aws_target(name: str, aws: object) -> tuple[str, str, str]:
    """Return name, type and account of the node that a call to this AWS service stands for."""
    service = SERVICES.get(name.lower())
    details: Mapping[str, Any] = aws if isinstance(aws, dict) else {}
    account = account_of(details)
    if service is None:
        return name, f"AWS::{name}", account
    resource = resource_of(service, details)
    return (resource, service.resource_type, account) if resource else (service.name, f"AWS::{service.name}", account)
