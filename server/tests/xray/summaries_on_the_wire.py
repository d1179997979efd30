"""Summaries against the wire's model: what they vouch for themselves is what checking them would give."""

from typing import Any

from skylens.wire import models
from skylens.wire.document import write_output
from skylens.wire.scalars import JSON

_ANSWER = models.load("xray").operations["GetTraceSummaries"].output


def assert_spelled_as_on_the_wire(summary: dict[str, Any]) -> None:
    assert _ANSWER is not None
    as_it_is, checked = (
        write_output(_ANSWER, {"TraceSummaries": [each]}, JSON) for each in (summary, _to_be_checked(summary))
    )
    assert as_it_is == checked
    numbers = [type(number) for number in _scalars(as_it_is)]
    assert numbers == [type(number) for number in _scalars(checked)]


def _to_be_checked(value: Any) -> Any:
    """Return a copy of plain dicts and lists, in which nothing is vouched for."""
    match value:
        case dict():
            return {key: _to_be_checked(each) for key, each in value.items()}
        case list():
            return [_to_be_checked(each) for each in value]
    return value


def _scalars(value: Any) -> list[Any]:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return [value] if inside is None else [scalar for each in inside for scalar in _scalars(each)]
