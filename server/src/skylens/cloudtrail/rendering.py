"""Rendering: requests and answers as records show them: names with a small first letter, secrets and contents left out.

The service model says what is secret (``sensitive``) and what is content (``blob``); redaction.py adds what it forgets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from skylens.cloudtrail.user_identity import HIDDEN

if TYPE_CHECKING:
    from datetime import datetime

    from skylens.wire.models import Shape

Render: TypeAlias = Callable[[Any], Any]
LEFT_OUT: Final = object()


@cache
def of_request(shape: Shape) -> Render:
    """Return what writes a request of this shape: a secret is there, but hidden."""
    return _renderer(shape, HIDDEN, _epoch, {})


@cache
def of_answer(shape: Shape, *, dates_as_text: bool) -> Render:
    """Return what writes an answer of this shape: a secret is not mentioned. Query services write dates in words."""
    return _renderer(shape, LEFT_OUT, _in_words if dates_as_text else _epoch, {})


@cache
def small_first(name: str) -> str:
    """Return a member's name as records have it.

    >>> small_first("GroupARN"), small_first("S3BucketName")
    ('groupARN', 's3BucketName')
    """
    return name[:1].lower() + name[1:]


def _renderer(shape: Shape, secret: object, write_time: Render, known: dict[Shape, Render]) -> Render:
    if shape.is_sensitive or shape.type == "blob":
        return _always(LEFT_OUT if shape.type == "blob" else secret)
    match shape.type:
        case "structure":
            return _structure(shape, secret, write_time, known)
        case "list":
            return _list(_renderer(shape.members["member"].shape, secret, write_time, known))
        case "map":
            return _map(_renderer(shape.members["value"].shape, secret, write_time, known))
        case "timestamp":
            return write_time
    return _as_it_is


def _structure(shape: Shape, secret: object, write_time: Render, known: dict[Shape, Render]) -> Render:
    if shape in known:
        return known[shape]
    members: dict[str, tuple[str, Render]] = {}

    def render(value: Mapping[str, Any]) -> dict[str, Any]:
        shown = {}
        for name, item in value.items():
            if item is None or name not in members:
                continue
            small, render_item = members[name]
            written = item if render_item is _as_it_is else render_item(item)
            if written is not LEFT_OUT:
                shown[small] = written
        return shown

    known[shape] = render  # shapes may contain themselves
    for name, member in shape.members.items():
        members[name] = (small_first(name), _renderer(member.shape, secret, write_time, known))
    return render


def _list(render: Render) -> Render:
    if render is _as_it_is:
        return list
    return lambda value: [written for item in value if (written := render(item)) is not LEFT_OUT]


def _map(render: Render) -> Render:
    if render is _as_it_is:
        return dict
    return lambda value: {key: written for key, item in value.items() if (written := render(item)) is not LEFT_OUT}


def _always(value: object) -> Render:
    return lambda _: value


def _as_it_is(value: Any) -> Any:
    return value


def _epoch(value: datetime) -> float:
    seconds = value.timestamp()
    return int(seconds) if seconds.is_integer() else seconds


def _in_words(value: datetime) -> str:
    """Return a date as the records of query services have it: ``Jan 22, 2026 12:46:28 AM``."""
    return f"{value:%b} {value.day}, {value.year} {value.hour % 12 or 12}:{value:%M:%S} {'PM' if value.hour >= 12 else 'AM'}"  # noqa: PLR2004  # noon
