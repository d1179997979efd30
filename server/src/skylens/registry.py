"""Which function answers which operation, and what such a function is given."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

    from skylens.caller import Caller
    from skylens.config import Limits
    from skylens.ids import Ids
    from skylens.store import Store
    from skylens.store.control import Control

Input: TypeAlias = Mapping[str, Any]
Output: TypeAlias = Mapping[str, Any]
HandlerFunction: TypeAlias = Callable[["Call", Input], "Output | Awaitable[Output]"]


class Invoke(Protocol):
    """Calls another service's operation as the same caller; authorised and recorded like any other."""

    def __call__(self, service: str, operation: str, request: Input) -> Output:
        """Return the operation's output or raise its ServiceError."""


@dataclass(frozen=True, slots=True)
class Call:
    """Everything a handler may touch: one API call and the world it runs in."""

    caller: Caller
    service: str
    operation: str
    request_id: str
    now: datetime
    ids: Ids
    limits: Limits
    store: Store
    control: Control
    invoke: Invoke


@dataclass(frozen=True, slots=True)
class Handler:
    """A function that answers an operation. ``is_async`` ones run on the event loop, all others on the pool.

    ``is_quick`` ones have threads of their own: they touch control state only, and no query may keep them waiting.
    """

    service: str
    operation: str
    function: HandlerFunction
    is_async: bool
    is_quick: bool = False


HANDLERS: dict[tuple[str, str], Handler] = {}
ERROR_CODES: dict[type[Exception], str] = {}


def operation(service: str, name: str, *, quick: bool = False) -> Callable[[HandlerFunction], HandlerFunction]:
    """Register the decorated function as the one that answers ``service``'s operation ``name``."""

    def register(function: HandlerFunction) -> HandlerFunction:
        if (service, name) in HANDLERS:
            raise ValueError(f"{service}:{name} is answered by {HANDLERS[service, name].function} already")
        HANDLERS[service, name] = Handler(service, name, function, inspect.iscoroutinefunction(function), quick)
        return function

    return register


def declare_errors(codes: Mapping[type[Exception], str]) -> None:
    """Say which AWS error code each of a service's own exceptions is answered with."""
    ERROR_CODES.update(codes)


def error_code(error: Exception) -> str | None:
    """Return the AWS code of a domain exception, or None for one that nobody declared."""
    return next((ERROR_CODES[kind] for kind in type(error).__mro__ if kind in ERROR_CODES), None)
