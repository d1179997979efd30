"""Cells: values of a result as texts, which is all that GetQueryResults has. NULL is the empty text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from skylens.cloudtrail.lake.kinds import Type

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def cell(value: Any, kind: Type) -> str:
    """Return a value as a result has it.

    >>> from skylens.cloudtrail.lake.kinds import MAP, TIMESTAMP
    >>> cell('{"groupName": "shop", "limit": 3}', MAP), cell(1782907200500, TIMESTAMP)
    ('{groupName=shop, limit=3}', '2026-07-01 12:00:00.500')
    """
    return "" if value is None else _text(value, kind)


def _text(value: Any, kind: Type) -> str:
    match kind.kind:
        case "boolean":
            return "true" if value else "false"
        case "timestamp":
            moment = _EPOCH + timedelta(milliseconds=value)
            return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03}"
        case "map":
            return _pairs(((name, _plain(part)) for name, part in _object(value).items()))
        case "row":
            document = _object(value)
            return _pairs((field.key.lower(), _inside(document.get(field.key), field.type)) for field in kind.fields)
        case "array":
            return f"[{', '.join(_element(element, kind.item) for element in value)}]"
    return str(value)


def _inside(value: Any, kind: Type) -> str:
    if value is None:
        return "null"
    match kind.kind:
        case "row" | "map":
            return _text(msgspec.json.encode(value).decode(), kind)
        case "array" if kind.item is not None:
            return f"[{', '.join(_inside(element, kind.item) for element in value)}]"
    return _plain(value)


def _element(value: Any, kind: Type | None) -> str:
    return "null" if value is None or kind is None else _text(value, kind)


def _plain(value: Any) -> str:
    if value is None:
        return "null"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _pairs(pairs: Any) -> str:
    return "{" + ", ".join(f"{name}={value}" for name, value in pairs) + "}"


def _object(text: str) -> dict[str, Any]:
    found = msgspec.json.decode(text)
    return found if isinstance(found, dict) else {"": found}
