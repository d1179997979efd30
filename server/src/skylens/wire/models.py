"""What each service offers: its protocols, operations, shapes and errors, read from botocore's service models."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, TypeAlias

from botocore.loaders import Loader

from skylens.wire import s3_model

# Services that are spoken whole. Of S3 there is a part beside them, which reads buckets.
SERVICE_NAMES = ("xray", "cloudtrail", "cloudtrail-data", "cloudwatch", "logs", "sts", "iam", "kms", "sns")
SPOKEN = (*SERVICE_NAMES, s3_model.NAME)

ShapeType: TypeAlias = Literal[
    "structure", "list", "map", "string", "integer", "long", "float", "double", "boolean", "timestamp", "blob"
]
# A trait that changes the wire and is not built would make answers silently wrong, so a model that uses one is refused.
_UNBUILT_TRAITS = frozenset(
    (
        "flattened",
        "xmlAttribute",
        "timestampFormat",
        "jsonvalue",
        "payload",
        "document",
        "eventpayload",
        "eventheader",
        "streaming",
    )
)

# Where AWS takes more than its model says: a name that some clients give a member, and bounds that the service answers
# for one document of a call instead of refusing the call.
_ALIASES = {
    "SamplingStatisticsDocument": {"SampleCount": "SampledCount"},  # AWS's OpenTelemetry distribution spells it so
}
_UNBOUNDED = {"xray": frozenset({"ClientID"})}  # a wrong one stands in UnprocessedStatistics


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a shape as it stands on the wire. A list has the member ``member``, a map ``key`` and ``value``."""

    shape: "Shape"
    wire_name: str
    in_query_string: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A type of the model and its constraints. Shapes are compared by identity: each exists once per service."""

    name: str
    type: ShapeType
    members: Mapping[str, Member]
    required: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    pattern: str = ""
    enum: tuple[str, ...] = ()
    is_union: bool = False
    is_sensitive: bool = False
    is_event_stream: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Shape {self.name} {self.type}>"


@dataclass(frozen=True, slots=True)
class ErrorShape:
    """An error that the model declares: its name, the name that the query protocol knows it by, its HTTP status."""

    name: str
    query_code: str
    status: int
    is_common: bool  # declared by AWS's framework and not by the service itself
    shape: Shape


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation of a service. ``input`` and ``output`` are None where the model has none."""

    name: str
    service: "Service"
    input: Shape | None
    output: Shape | None
    errors: Mapping[str, ErrorShape]
    http_method: str
    http_uri: str
    status: int
    host_prefix: str
    output_stream: str  # the output's member that is an event stream, or ""

    def __repr__(self) -> str:
        return f"<Operation {self.service.name}:{self.name}>"


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """One service as its model describes it."""

    name: str
    signing_name: str
    endpoint_prefix: str
    api_version: str
    protocols: tuple[str, ...]
    target_prefix: str
    json_version: str
    xml_namespace: str
    query_compatible: bool
    errors: Mapping[str, ErrorShape]
    operations: Mapping[str, Operation] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Service {self.name}>"

    def error(self, code: str) -> ErrorShape | None:
        """Return the error that goes by this name, or by this code of the query protocol."""
        return self.errors.get(code) or next((e for e in self.errors.values() if e.query_code == code), None)


@cache
def load(name: str) -> Service:
    """Return a service by botocore's name for it."""
    if name not in SPOKEN:
        raise LookupError(f"no service {name!r}: there are {', '.join(SPOKEN)}")
    # Only the models that botocore ships: a model in somebody's ~/.aws must not change what the server speaks.
    loader = Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
    model = loader.load_service_model(name, "service-2")
    return _service(name, s3_model.reading(model) if name == s3_model.NAME else model)


def _service(name: str, model: Mapping[str, Any]) -> Service:
    metadata, shapes = model["metadata"], _shapes(model["shapes"], _UNBOUNDED.get(name, frozenset()))
    errors = {e.name: e for e in _errors(model["shapes"], shapes)}
    operations: dict[str, Operation] = {}
    service = Service(
        name=name,
        signing_name=metadata.get("signingName", metadata["endpointPrefix"]),
        endpoint_prefix=metadata["endpointPrefix"],
        api_version=metadata["apiVersion"],
        protocols=tuple(metadata.get("protocols") or [metadata["protocol"]]),
        target_prefix=metadata.get("targetPrefix", ""),
        json_version=metadata.get("jsonVersion", ""),
        xml_namespace=metadata.get("xmlNamespace", ""),
        query_compatible="awsQueryCompatible" in metadata,
        errors=errors,
        operations=operations,
    )
    operations.update((o, _operation(o, raw, service, shapes)) for o, raw in model["operations"].items())
    return service


def _operation(name: str, raw: Mapping[str, Any], service: Service, shapes: Mapping[str, Shape]) -> Operation:
    uri = raw["http"]["requestUri"]
    if "{" in uri:
        raise NotImplementedError(f"{service.name}:{name} has labels in its path {uri}")
    output = shapes[raw["output"]["shape"]] if "output" in raw else None
    members = output.members if output else {}
    return Operation(
        name=name,
        service=service,
        input=shapes[raw["input"]["shape"]] if "input" in raw else None,
        output=output,
        errors={e["shape"]: service.errors[e["shape"]] for e in raw.get("errors", ())},
        http_method=raw["http"]["method"],
        http_uri=uri,
        status=raw["http"].get("responseCode", 200),
        host_prefix=raw.get("endpoint", {}).get("hostPrefix", ""),
        output_stream=next((n for n, m in members.items() if m.shape.is_event_stream), ""),
    )


def _shapes(raw: Mapping[str, Mapping[str, Any]], unbounded: frozenset[str] = frozenset()) -> dict[str, Shape]:
    # Shapes refer to each other in circles: all are made first, their members are filled in after.
    members: dict[str, dict[str, Member]] = {name: {} for name in raw}
    no_bounds = {"min": None, "max": None}
    shapes = {n: _shape(n, {**model, **(no_bounds if n in unbounded else {})}, members[n]) for n, model in raw.items()}
    for name, model in raw.items():
        members[name].update(_members(model, shapes))
    return shapes


def _shape(name: str, model: Mapping[str, Any], members: Mapping[str, Member]) -> Shape:
    _refuse_unbuilt(name, model)
    return Shape(
        name=name,
        type=model["type"],
        members=members,
        required=tuple(model.get("required", ())),
        minimum=model.get("min"),
        maximum=model.get("max"),
        pattern=model.get("pattern", ""),
        enum=tuple(model.get("enum", ())),
        is_union=model.get("union", False),
        is_sensitive=model.get("sensitive", False),
        is_event_stream=model.get("eventstream", False),
        aliases=_ALIASES.get(name, {}),
    )


def _members(model: Mapping[str, Any], shapes: Mapping[str, Shape]) -> Iterator[tuple[str, Member]]:
    named = model.get("members") or {n: model[n] for n in ("member", "key", "value") if n in model}
    for name, reference in named.items():
        _refuse_unbuilt(name, reference)
        location = reference.get("location", "")
        if location not in ("", "querystring"):
            raise NotImplementedError(f"member {name} stands in the {location}")
        wire_name = reference.get("locationName", name)
        yield name, Member(shapes[reference["shape"]], wire_name, in_query_string=bool(location))


def _refuse_unbuilt(name: str, model: Mapping[str, Any]) -> None:
    if unbuilt := _UNBUILT_TRAITS.intersection(model):
        raise NotImplementedError(f"{name} has traits that are not built: {sorted(unbuilt)}")


def _errors(raw: Mapping[str, Mapping[str, Any]], shapes: Mapping[str, Shape]) -> Iterator[ErrorShape]:
    for name, model in raw.items():
        if not (model.get("exception") or "error" in model):
            continue
        trait = model.get("error", {})
        status = trait.get("httpStatusCode", 500 if model.get("fault") else 400)
        yield ErrorShape(name, trait.get("code", name), status, bool(model.get("synthetic")), shapes[name])
