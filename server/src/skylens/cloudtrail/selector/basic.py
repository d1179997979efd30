"""Basic event selectors: reads, writes or both; management events, and data events of S3, Lambda and DynamoDB.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

from skylens.cloudtrail.selector.advanced import AdvancedSelector, FieldSelector
from skylens.cloudtrail.selector.invalid import InvalidSelectors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from skylens.cloudtrail.selector.facts import Facts

ReadWrite: TypeAlias = Literal["ReadOnly", "WriteOnly", "All"]

MOST_SELECTORS: Final = 5
MOST_VALUES: Final = 250
EXCLUDABLE: Final = frozenset({"kms.amazonaws.com", "rdsdata.amazonaws.com"})
_S3, _LAMBDA, _DYNAMODB = "AWS::S3::Object", "AWS::Lambda::Function", "AWS::DynamoDB::Table"
# Each type with the values that mean all of them; other values begin with the last of these.
_ALL_OF: Final[Mapping[str, tuple[str, ...]]] = {
    _S3: ("arn:aws:s3", "arn:aws:s3:::"),
    _LAMBDA: ("arn:aws:lambda",),
    _DYNAMODB: ("arn:aws:dynamodb",),
}
_S3_ARN: Final = "arn:aws:s3:::"


@dataclass(frozen=True, slots=True)
class DataResource:
    """Data events of resources of a type: of all, or of those that the values name."""

    type: str
    values: tuple[str, ...]

    def has(self, arn: str) -> bool:
        """Say whether an ARN is one of these: in S3 the values are beginnings, elsewhere names.

        >>> DataResource("AWS::S3::Object", ("arn:aws:s3:::shop/img",)).has("arn:aws:s3:::shop/img/1.png")
        True
        >>> DataResource("AWS::Lambda::Function", ("arn:aws:lambda:us-east-1:111122223333:function:pay",)).has(
        ...     "arn:aws:lambda:us-east-1:111122223333:function:pay:live"
        ... )
        True
        """
        return any(value in _ALL_OF[self.type] or self._is(value, arn) for value in self.values)

    def fields(self) -> tuple[FieldSelector, ...]:
        """Return what an advanced selector says of the same resources."""
        of_type = FieldSelector("resources.type", {"Equals": (self.type,)})
        if set(self.values) & set(_ALL_OF[self.type]):
            return (of_type,)
        match self.type:
            case "AWS::S3::Object":
                operators = {"StartsWith": self.values}
            case "AWS::Lambda::Function":
                operators = {"Equals": self.values, "StartsWith": tuple(f"{value}:" for value in self.values)}
            case _:
                operators = {"Equals": self.values}
        return (of_type, FieldSelector("resources.ARN", operators))

    def _is(self, value: str, arn: str) -> bool:
        if self.type == _S3:
            return arn.startswith(value)
        # Versions and aliases of a function count under the function.
        return arn == value or (self.type == _LAMBDA and arn.startswith(f"{value}:"))


@dataclass(frozen=True, slots=True)
class BasicSelector:
    """One selector; an event is wanted if one of a trail's selectors wants it."""

    read_write: ReadWrite = "All"
    management: bool = True
    data: tuple[DataResource, ...] = ()
    excluded_sources: tuple[str, ...] = ()

    def wants(self, facts: Facts) -> bool:
        """Say whether the selector wants the event; reads and writes are told apart for both kinds of events."""
        if self.read_write != "All" and facts.read_only != (self.read_write == "ReadOnly"):
            return False
        match facts.category:
            case "Management":
                return self.management and facts.source not in self.excluded_sources
            case "Data":
                return any(
                    resource.type == subject.type and resource.has(subject.arn)
                    for resource in self.data
                    for subject in facts.subjects
                )
        return False

    @property
    def categories(self) -> frozenset[str]:
        """Of which categories it may want events."""
        return frozenset(["Management"] * self.management + ["Data"] * bool(self.data))

    def to_advanced(self) -> tuple[AdvancedSelector, ...]:
        """Return the advanced selectors that want the same events."""
        read_only = {"WriteOnly": ("false",), "ReadOnly": ("true",)}.get(self.read_write)
        rest = (FieldSelector("readOnly", {"Equals": read_only}),) if read_only else ()
        if self.excluded_sources:
            management = (*rest, FieldSelector("eventSource", {"NotEquals": self.excluded_sources}))
        else:
            management = rest
        return (
            *([_of_category("Management", management)] if self.management else []),
            *(_of_category("Data", (*rest, *resource.fields())) for resource in self.data),
        )

    def to_document(self) -> dict[str, Any]:
        """Return the selector as the API gives it back: complete."""
        return {
            "ReadWriteType": self.read_write,
            "IncludeManagementEvents": self.management,
            "DataResources": [{"Type": resource.type, "Values": list(resource.values)} for resource in self.data],
            "ExcludeManagementEventSources": list(self.excluded_sources),
        }


DEFAULT: Final = (BasicSelector(),)


def parse(documents: Sequence[Mapping[str, Any]]) -> tuple[BasicSelector, ...]:
    """Return the selectors, or raise InvalidSelectors."""
    if len(documents) > MOST_SELECTORS:
        raise InvalidSelectors(f"A trail can have at most {MOST_SELECTORS} event selectors, not {len(documents)}")
    selectors = tuple(_selector(document, f"EventSelectors[{at}]") for at, document in enumerate(documents))
    values = sum(
        len(resource.values)
        for selector in selectors
        for resource in selector.data
        if not set(resource.values) & set(_ALL_OF[resource.type])
    )
    if values > MOST_VALUES:
        raise InvalidSelectors(f"Event selectors can name at most {MOST_VALUES} data resources, not {values}")
    return selectors


def _of_category(category: str, fields: Sequence[FieldSelector]) -> AdvancedSelector:
    return AdvancedSelector("", (FieldSelector("eventCategory", {"Equals": (category,)}), *fields))


def _selector(document: Mapping[str, Any], at: str) -> BasicSelector:
    excluded = tuple(document.get("ExcludeManagementEventSources", ()))
    if wrong := [source for source in excluded if source not in EXCLUDABLE]:
        raise InvalidSelectors(
            f"{wrong[0]!r} cannot be excluded; {' and '.join(sorted(EXCLUDABLE))} can",
            at=f"{at}.ExcludeManagementEventSources",
        )
    management = document.get("IncludeManagementEvents", True)
    if excluded and not management:
        raise InvalidSelectors(
            "Management events of a source cannot be excluded where IncludeManagementEvents is false", at=at
        )
    return BasicSelector(
        cast("ReadWrite", document.get("ReadWriteType", "All")),
        management,
        tuple(
            _data_resource(resource, f"{at}.DataResources[{number}]")
            for number, resource in enumerate(document.get("DataResources", ()))
        ),
        excluded,
    )


def _data_resource(document: Mapping[str, Any], at: str) -> DataResource:
    kind, values = document.get("Type", ""), tuple(document.get("Values", ()))
    if kind not in _ALL_OF:
        raise InvalidSelectors(
            f"Data resources of basic selectors are of type {', '.join(_ALL_OF)}, not {kind!r}; advanced ones have all types",
            at=f"{at}.Type",
        )
    if not values:
        raise InvalidSelectors("A data resource names at least one value", at=f"{at}.Values")
    for value in values:
        if value not in _ALL_OF[kind] and not _is_resource(kind, value):
            raise InvalidSelectors(f"{value!r} is no value for {kind}", at=f"{at}.Values")
    return DataResource(kind, values)


def _is_resource(kind: str, value: str) -> bool:
    if kind == _S3:
        # Without the slash a bucket's name would be the beginning of other buckets' names too.
        return value.startswith(_S3_ARN) and "/" in value.removeprefix(_S3_ARN).lstrip("/")
    return value.startswith(f"{_ALL_OF[kind][0]}:") and value.count(":") >= 5  # noqa: PLR2004  # an ARN has six parts
