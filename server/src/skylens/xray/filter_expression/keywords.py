"""Keywords: what an expression may ask for, where it may, and where the answer lies in facts and in rows. The only list."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Scope: TypeAlias = Literal[
    "trace", "service", "edge", "root cause service", "root cause entity", "root cause exception"
]
Kind: TypeAlias = Literal["boolean", "number", "text"]
Operator: TypeAlias = Literal["=", "!=", "<", "<=", ">", ">=", "CONTAINS", "BEGINSWITH", "ENDSWITH"]

OPERATORS: Final[dict[Kind, tuple[Operator, ...]]] = {
    "boolean": ("=", "!="),
    "number": ("=", "!=", "<", "<=", ">", ">="),
    "text": ("=", "!=", "CONTAINS", "BEGINSWITH", "ENDSWITH"),
}
# A keyword of the whole trace asks its root, any of its visits, or the trace itself.
Whose: TypeAlias = Literal["root", "any", "trace"]


@dataclass(frozen=True, slots=True)
class Keyword:
    """One word of the language.

    ``fact`` is the path to its value from a Visit, an Edge or an element of a root cause. ``row`` is the value in a row
    of ``segments``; ``call`` in a call as ``sub.*`` records it, with d its microseconds and f its flags; ``""`` where
    the columns do not tell. A value that may be missing has ``row_told`` or ``call_told``: whether it is there.
    """

    name: str
    kind: Kind
    scopes: tuple[Scope, ...]
    fact: str
    whose: Whose = "root"
    row: str = ""
    row_told: str = "true"
    call: str = ""
    call_told: str = "true"
    many: bool = False
    inside: bool = False  # the value depends on subsegments, so that a streamed one changes it


_WORK: Final[tuple[Scope, ...]] = ("trace", "service", "edge")
_VISIT: Final[tuple[Scope, ...]] = ("trace", "service")
_LISTED: Final[tuple[Scope, ...]] = ("root cause service", "root cause entity", "root cause exception")
_MICROSECONDS: Final = "duration_us / 1000000."

KEYWORDS: Final = {
    keyword.name: keyword
    for keyword in (
        # flags
        Keyword(
            "ok", "boolean", _WORK, "work.ok",
            row="NOT (fault OR error OR throttle OR in_progress)", call="bitAnd(f, 23) = 0",
        ),
        Keyword("error", "boolean", _WORK, "work.error", row="error", call="bitTest(f, 1)"),
        Keyword("throttle", "boolean", _WORK, "work.throttle", row="throttle", call="bitTest(f, 2)"),
        Keyword("fault", "boolean", _WORK, "work.fault", row="fault", call="bitTest(f, 0)"),
        Keyword("partial", "boolean", _WORK, "work.partial", whose="trace", row="partial", call="bitTest(f, 4)", inside=True),
        Keyword("inferred", "boolean", (*_WORK, "root cause service"), "inferred", whose="trace"),
        Keyword("root", "boolean", ("service",), "root"),
        Keyword("first", "boolean", _LISTED, "first"),
        Keyword("last", "boolean", _LISTED, "last"),
        Keyword("remote", "boolean", ("root cause entity",), "element.remote"),
        # numbers
        Keyword(
            "responsetime", "number", _WORK, "work.response_time",
            row=_MICROSECONDS, row_told="NOT in_progress", call="d / 1000000.", call_told="NOT bitTest(f, 4)",
        ),
        Keyword(
            "duration", "number", _WORK, "work.duration", whose="trace", inside=True,
            row="full_duration_us / 1000000.", row_told="NOT in_progress", call="d / 1000000.", call_told="NOT bitTest(f, 4)",
        ),
        Keyword("http.status", "number", _WORK, "work.http.status", row="http_status", row_told="http_status != 0"),
        Keyword("index", "number", _LISTED, "index"),
        Keyword("coverage", "number", ("root cause entity",), "element.coverage"),
        # texts
        Keyword("http.url", "text", _WORK, "work.http.url", row="http_url"),
        Keyword("http.method", "text", _WORK, "work.http.method", row="http_method"),
        Keyword("http.useragent", "text", _WORK, "work.http.user_agent", row="http_user_agent"),
        Keyword("http.clientip", "text", _WORK, "work.http.client_ip", row="http_client_ip"),
        Keyword("user", "text", _VISIT, "work.users", whose="any", row="users", many=True, inside=True),
        Keyword("availabilityzone", "text", _VISIT, "work.availability_zones", whose="any", row="availability_zones", many=True),
        Keyword("instance.id", "text", _VISIT, "work.instance_ids", whose="any", row="instance_ids", many=True),
        Keyword("resource.arn", "text", _VISIT, "work.resource_arns", whose="any", row="resource_arns", many=True),
        Keyword("name", "text", ("service", *_LISTED), "name", row="name", call="n"),
        Keyword("type", "text", ("service", "root cause service"), "type", row="origin", call="t"),
        Keyword("message", "text", ("root cause exception",), "element.message"),
    )
}  # fmt: skip
