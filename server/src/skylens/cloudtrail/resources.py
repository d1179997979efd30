"""Resources: what an event is about, taken from the names and ARNs in its request and its answer.

A table, not a guess: which members of which service name a resource, and of what type. It is compiled once per operation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from skylens.cloudtrail.event import Resource

if TYPE_CHECKING:
    from skylens.wire.models import Operation, Shape

Found: TypeAlias = Callable[[Mapping[str, Any]], Iterator[Resource]]

BY_ARN: Final = ""  # the type is that of the ARN

# Members that name a resource, in a request or in an answer, by service; nested structures and lists are looked into.
MEMBERS: Final[Mapping[str, Mapping[str, str]]] = {
    "xray": {
        "GroupName": "AWS::XRay::Group",
        "GroupARN": "AWS::XRay::Group",
        "RuleName": "AWS::XRay::SamplingRule",
        "RuleARN": "AWS::XRay::SamplingRule",
        "PolicyName": "AWS::XRay::ResourcePolicy",
        "KeyId": "AWS::KMS::Key",
        "ResourceARN": BY_ARN,
    },
    "iam": {
        "UserName": "AWS::IAM::User",
        "RoleName": "AWS::IAM::Role",
        "GroupName": "AWS::IAM::Group",
        "PolicyName": "AWS::IAM::Policy",
        "PolicyArn": "AWS::IAM::Policy",
        "InstanceProfileName": "AWS::IAM::InstanceProfile",
        "AccessKeyId": "AWS::IAM::AccessKey",
        "SerialNumber": "AWS::IAM::MfaDevice",
        "OpenIDConnectProviderArn": "AWS::IAM::OIDCProvider",
        "SAMLProviderArn": "AWS::IAM::SAMLProvider",
        "PermissionsBoundary": "AWS::IAM::Policy",
        "Arn": BY_ARN,
    },
    "sts": {
        "RoleArn": "AWS::IAM::Role",
        "RoleSessionName": "AWS::STS::AssumedRole",
        "AssumedRoleId": "AWS::STS::AssumedRole",
        "FederatedUserId": "AWS::STS::FederatedUser",
        "AccessKeyId": "AWS::IAM::AccessKey",
        "Arn": BY_ARN,
    },
    "kms": {
        "KeyId": "AWS::KMS::Key",
        "TargetKeyId": "AWS::KMS::Key",
        "SourceKeyId": "AWS::KMS::Key",
        "DestinationKeyId": "AWS::KMS::Key",
        "AliasName": "AWS::KMS::Alias",
        "GrantId": "AWS::KMS::Grant",
        "Arn": BY_ARN,
    },
    "cloudtrail": {
        "Name": "AWS::CloudTrail::Trail",
        "TrailName": "AWS::CloudTrail::Trail",
        "TrailARN": "AWS::CloudTrail::Trail",
        "S3BucketName": "AWS::S3::Bucket",
        "SnsTopicARN": "AWS::SNS::Topic",
        "KmsKeyId": "AWS::KMS::Key",
        "CloudWatchLogsLogGroupArn": "AWS::Logs::LogGroup",
        "EventDataStore": "AWS::CloudTrail::EventDataStore",
        "EventDataStoreArn": "AWS::CloudTrail::EventDataStore",
        "Channel": "AWS::CloudTrail::Channel",
        "ChannelArn": "AWS::CloudTrail::Channel",
        "DashboardId": "AWS::CloudTrail::Dashboard",
        "DashboardArn": "AWS::CloudTrail::Dashboard",
        "ResourceId": BY_ARN,
        "ResourceArn": BY_ARN,
    },
    "s3": {"Bucket": "AWS::S3::Bucket"},
    "cloudtrail-data": {"channelArn": "AWS::CloudTrail::Channel"},
}
# Where one member means something else in some operations.
_EXCEPTIONS: Final[Mapping[tuple[str, str], Mapping[str, str]]] = {
    **{
        ("cloudtrail", f"{verb}EventDataStore"): {"Name": "AWS::CloudTrail::EventDataStore"}
        for verb in ("Create", "Get", "Update", "Delete", "Restore")
    },
    **{("cloudtrail", f"{verb}Channel"): {"Name": "AWS::CloudTrail::Channel"} for verb in ("Create", "Get", "Update")},
    **{
        ("cloudtrail", f"{verb}Dashboard"): {"Name": "AWS::CloudTrail::Dashboard"}
        for verb in ("Create", "Get", "Update")
    },
}
# The beginning of the resource part of an ARN, by service. The first that fits.
_ARN_TYPES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "iam": (
        ("user/", "AWS::IAM::User"),
        ("role/", "AWS::IAM::Role"),
        ("group/", "AWS::IAM::Group"),
        ("policy/", "AWS::IAM::Policy"),
        ("instance-profile/", "AWS::IAM::InstanceProfile"),
        ("oidc-provider/", "AWS::IAM::OIDCProvider"),
        ("saml-provider/", "AWS::IAM::SAMLProvider"),
        ("mfa/", "AWS::IAM::MfaDevice"),
    ),
    "sts": (("assumed-role/", "AWS::STS::AssumedRole"), ("federated-user/", "AWS::STS::FederatedUser")),
    "kms": (("key/", "AWS::KMS::Key"), ("alias/", "AWS::KMS::Alias")),
    "xray": (("group/", "AWS::XRay::Group"), ("sampling-rule/", "AWS::XRay::SamplingRule")),
    "cloudtrail": (
        ("trail/", "AWS::CloudTrail::Trail"),
        ("eventdatastore/", "AWS::CloudTrail::EventDataStore"),
        ("channel/", "AWS::CloudTrail::Channel"),
        ("dashboard/", "AWS::CloudTrail::Dashboard"),
    ),
    "s3": (("", "AWS::S3::Bucket"),),
    "sns": (("", "AWS::SNS::Topic"),),
    "logs": (("log-group:", "AWS::Logs::LogGroup"),),
}
_ARN_PARTS: Final = 6
_DEEPEST: Final = 3  # levels of an answer that are looked into: a key's metadata in a list of keys
MOST: Final = 50  # of one event: an answer that lists everything there is would be found under everything


def resources_of(op: Operation, request: Mapping[str, Any], answer: Mapping[str, Any] | None) -> tuple[Resource, ...]:
    """Return what a call is about, each once, in the order of request and answer."""
    found = dict.fromkeys(_finder(op.input, op)(request)) if op.input else {}
    if answer and op.output:
        found |= dict.fromkeys(_finder(op.output, op)(answer))
    return tuple(found)[:MOST]


def arn_type(arn: str) -> str:
    """Return the type of what an ARN names, or nothing.

    >>> arn_type("arn:aws:iam::111122223333:role/ops/Deployer")
    'AWS::IAM::Role'
    """
    parts = arn.split(":", _ARN_PARTS - 1)
    if len(parts) != _ARN_PARTS or parts[0] != "arn":
        return ""
    return next((kind for start, kind in _ARN_TYPES.get(parts[2], ()) if parts[5].startswith(start)), "")


def arn_account(arn: str) -> str:
    """Return whose an ARN says its resource is, or nothing."""
    parts = arn.split(":", _ARN_PARTS - 1)
    return parts[4] if len(parts) == _ARN_PARTS and parts[0] == "arn" else ""


@cache
def _finder(shape: Shape, op: Operation) -> Found:
    service = op.service.name
    types = {**MEMBERS.get(service, {}), **_EXCEPTIONS.get((service, op.name), {})}
    return _in_structure(shape, types, _DEEPEST)


def _in_structure(shape: Shape, types: Mapping[str, str], depth: int) -> Found:
    named = tuple((name, types[name]) for name, member in shape.members.items() if _is_named(member.shape, types, name))
    nested = tuple(_nested(shape, types, depth))

    def found(value: Mapping[str, Any]) -> Iterator[Resource]:
        for name, kind in named:
            given = value.get(name)
            for text in given if isinstance(given, list) else (given,):
                if text and (of_type := kind or arn_type(text)):
                    yield Resource(of_type, text)
        for name, find in nested:
            inner = value.get(name)
            for item in inner if isinstance(inner, list) else (inner,):
                if item:
                    yield from find(item)

    return found


def _is_named(shape: Shape, types: Mapping[str, str], name: str) -> bool:
    return name in types and (shape.type == "string" or _item(shape).type == "string")


def _nested(shape: Shape, types: Mapping[str, str], depth: int) -> Iterator[tuple[str, Found]]:
    for name, member in shape.members.items():
        inner = _item(member.shape)
        if depth and inner.type == "structure":
            yield name, _in_structure(inner, types, depth - 1)


def _item(shape: Shape) -> Shape:
    return shape.members["member"].shape if shape.type == "list" else shape
