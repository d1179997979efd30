"""Requests of the answered operations, built from the models, with a text or an ARN planted in one place of each."""

import random  # a seeded source
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from random_values import value_of

import skylens.app  # noqa: F401  # registers every handler
from skylens.registry import HANDLERS
from skylens.wire.models import Shape, load

DEEPEST = 8

# What an account has that a member could name (keys of Account.arns): by the member's name. A member with "arn" in its name must stand here.
ARN_MEMBERS: dict[str, dict[str, tuple[str, ...]]] = {
    "cloudtrail": {
        **dict.fromkeys(("Name", "TrailName", "trailNameList", "ResourceId", "ResourceIdList"), ("trail",)),
        "ResourceId": ("trail", "store"),
        "ResourceIdList": ("trail", "store"),
        "EventDataStore": ("store",),
        "CloudWatchLogsLogGroupArn": ("trail",),
        "CloudWatchLogsRoleArn": ("role",),
        "KmsKeyId": ("key", "alias"),
        "Channel": ("channel",),
        "ResourceArn": ("channel", "store"),
        "Location": ("audit store",),
        "Destinations": ("store",),
        "Destination": ("store",),
        "S3BucketAccessRoleArn": ("role",),
    },
    "cloudtrail-data": {"channelArn": ("channel",)},
    "iam": {
        "PolicyArn": ("policy",),
        "PermissionsBoundary": ("policy",),
        "OpenIDConnectProviderArn": ("provider",),
        "PolicySourceArn": ("user", "role"),
        "Arn": ("user", "role", "policy"),
        "CallerArn": ("user",),
        "ResourceArns": ("role",),
    },
    "kms": {
        **dict.fromkeys(("KeyId", "SourceKeyId", "DestinationKeyId"), ("key", "alias")),
        "TargetKeyId": ("key",),
        "SourceArn": ("key",),
    },
    "sts": {"RoleArn": ("role",), "arn": ("policy",), "PolicyArns": ("policy",), "ProviderArn": ("provider",)},
    "xray": {
        "GroupARN": ("xray group",),
        "RuleARN": ("rule",),
        "ResourceARN": ("xray group", "rule"),
        "KeyId": ("key",),
    },
}


@dataclass(frozen=True)
class Place:
    """Where in a request a text can stand: ``GroupName``, ``Tags.member.Key``."""

    service: str
    operation: str
    path: tuple[str, ...]

    @property
    def name(self) -> str:
        """The member's name; an item of a list is known by the list's."""
        return next(name for name in reversed(self.path) if name not in {"member", "key", "value"})

    def __str__(self) -> str:
        return f"{self.service}:{self.operation} {'.'.join(self.path)}"


def places(service: str) -> Iterator[Place]:
    """Yield every place of a text in the requests of a service's answered operations."""
    for name, operation in sorted(load(service).operations.items()):
        if (service, name) in HANDLERS and operation.input:
            for path in _paths(operation.input):
                yield Place(service, name, path)


def arn_places(service: str) -> Iterator[tuple[Place, str]]:
    """Yield every place of a service's requests that takes ARNs, with what an account has for it."""
    for place in places(service):
        is_named = place.name == "Location" or place.path[0] == place.name
        if "arn" in place.name.lower() or (is_named and place.name in ARN_MEMBERS[service]):
            yield from ((place, kind) for kind in ARN_MEMBERS[service][place.name])


def fresh(place: Place) -> dict[str, str]:
    """Return a name that is not taken, for what an operation creates."""
    return {"Name": "fresh"} if place.operation.startswith("Create") else {}


def request(place: Place, text: str, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request with what its operation requires, the text in its place; ``known`` are values to use by name."""
    shape = load(place.service).operations[place.operation].input
    assert shape
    built: dict[str, Any] = _planted(shape, place.path, text, known, random.Random(str(place)))
    return built


def plain_request(service: str, operation: str, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request with what an operation requires and nothing else."""
    shape = load(service).operations[operation].input
    return _required(shape, known, random.Random(operation)) if shape else {}


def _paths(shape: Shape, depth: int = 0) -> Iterator[tuple[str, ...]]:
    if shape.type == "string":
        yield ()
    elif depth < DEEPEST:
        for name, member in shape.members.items():
            yield from ((name, *rest) for rest in _paths(member.shape, depth + 1))


def _planted(shape: Shape, path: tuple[str, ...], text: str, known: Mapping[str, Any], chance: random.Random) -> Any:
    if not path:
        return text[: int(shape.maximum)] if shape.maximum else text
    name, rest = path[0], path[1:]
    inner = _planted(shape.members[name].shape, rest, text, known, chance)
    match shape.type:
        case "list":
            return [inner]
        case "map":
            key, value = (
                inner if part == name else value_of(shape.members[part].shape, chance) for part in ("key", "value")
            )
            return {key: value}
    return {**_required(shape, known, chance), name: inner}


def _required(shape: Shape, known: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    def value(name: str) -> Any:
        inner = shape.members[name].shape
        if name in known:
            return known[name]
        if inner.type == "structure":
            return _required(inner, known, chance)
        if inner.type == "list" and inner.members["member"].shape.type == "structure":
            return [_required(inner.members["member"].shape, known, chance)]
        return value_of(inner, chance)

    return {name: value(name) for name in shape.required}
