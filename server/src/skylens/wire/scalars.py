"""Scalars on the wire: how each protocol spells strings, numbers, booleans, timestamps and blobs."""

from __future__ import annotations

import base64
import binascii
import math
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from cbor2 import CBORTag

from skylens.wire.errors import ModelMisuse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


Scalar: TypeAlias = "Callable[[Any], Any]"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS_END = 1e11  # from here on a number counts milliseconds: as seconds it would lie beyond the year 5138
_INTEGER_BITS = {"integer": 31, "long": 63}
_INTEGER_TEXT = re.compile(r"[+-]?[0-9]{1,19}")
_NUMBER_TEXT = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_SPECIAL_NUMBERS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


class Misfit(Exception):
    """A value that is not of its shape's type. ``at`` gathers where it stands, innermost first."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at: list[str] = []

    def __str__(self) -> str:
        return f"{self.reason} at '{'.'.join(reversed(self.at))}'" if self.at else self.reason


@dataclass(frozen=True, slots=True, eq=False)
class Scalars:
    """One protocol's spelling: how to read and how to write each scalar type.

    ``unchanged`` tells of scalar types whose values of one Python type are written as they are, so that nobody need call.
    """

    readers: Mapping[str, Scalar]
    writers: Mapping[str, Scalar]
    unchanged: Mapping[str, type] = field(default_factory=dict)


def misfit(value: Any, wanted: str) -> Misfit:
    """Return the refusal of a value of the wrong type, in the words of AWS's own parser."""
    match value:
        case None:
            return Misfit("null found where not expected")
        case bool():
            found = f"{str(value).upper()}_VALUE"
        case str():
            found = "STRING_VALUE"
        case int() | float():
            found = "NUMBER_VALUE"
        case dict():
            return Misfit("Start of structure or map found where not expected.")
        case list():
            return Misfit("Start of list found where not expected.")
        case _:
            found = type(value).__name__.upper()
    return Misfit(f"{found} can not be converted to {wanted}")


def _read_string(value: Any) -> str:
    if type(value) is not str:
        raise misfit(value, "a String")
    return value


def _read_boolean(value: Any) -> bool:
    if type(value) is not bool:
        raise misfit(value, "a Boolean")
    return value


def _integer_reader(kind: str) -> Callable[[Any], int]:
    end, wanted = 1 << _INTEGER_BITS[kind], "an Integer" if kind == "integer" else "a Long"

    def read(value: Any) -> int:
        if type(value) is float and value.is_integer():
            value = int(value)
        if type(value) is not int:
            raise misfit(value, wanted)
        if not -end <= value < end:
            raise Misfit(
                f"{value} is out of range of {wanted}" if abs(value) < 1 << 128 else f"out of range of {wanted}"
            )
        return value

    return read


def _read_double(value: Any) -> float:
    if type(value) is float:
        return value
    if type(value) is int:
        try:
            return float(value)
        except OverflowError:
            raise Misfit("out of range of a Double") from None
    if type(value) is str and value in _SPECIAL_NUMBERS:
        return _SPECIAL_NUMBERS[value]
    raise misfit(value, "a Double")


def _read_timestamp(value: Any) -> datetime:
    match value:
        case bool():
            raise misfit(value, "a Date")
        case int() | float():
            return _moment(value)
        case str() if _NUMBER_TEXT.fullmatch(value):
            return _moment(float(value))
        case str():
            return _iso_moment(value)
    raise misfit(value, "a Date")


def _moment(number: float) -> datetime:
    try:
        if abs(number) > _SECONDS_END:
            return _EPOCH + timedelta(milliseconds=number)
        return datetime.fromtimestamp(number, UTC)
    except (OverflowError, ValueError):
        raise Misfit("the number is out of range of a Date") from None


def _iso_moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        raise Misfit(f"{text[:64]!r} can not be converted to a Date") from None


def _read_base64(value: Any) -> bytes:
    try:
        return base64.b64decode(_read_string(value), validate=True)
    except (binascii.Error, ValueError):
        raise Misfit("the value is not valid base64") from None


def _read_bytes(value: Any) -> bytes:
    if type(value) is not bytes:
        raise misfit(value, "a Blob")
    return value


def _text_integer_reader(kind: str) -> Callable[[Any], int]:
    read = _integer_reader(kind)

    def read_text(value: Any) -> int:
        if not _INTEGER_TEXT.fullmatch(_read_string(value)):
            raise misfit(value, "an Integer")
        return read(int(value))

    return read_text


def _read_text_double(value: Any) -> float:
    text = _read_string(value)
    if text in _SPECIAL_NUMBERS:
        return _SPECIAL_NUMBERS[text]
    if not _NUMBER_TEXT.fullmatch(text):
        raise misfit(text, "a Double")
    return float(text)


def _read_text_boolean(value: Any) -> bool:
    match _read_string(value).lower():
        case "true":
            return True
        case "false":
            return False
    raise misfit(value, "a Boolean")


def _write_string(value: Any) -> str:
    if not isinstance(value, str):
        raise ModelMisuse(f"a string, not {type(value).__name__}")
    return value


def _write_integer(value: Any) -> int:
    # Sampling clients stop at 1.0 where the model says integer, so a whole float becomes an int again.
    if isinstance(value, bool) or not (isinstance(value, int) or (isinstance(value, float) and value.is_integer())):
        raise ModelMisuse(f"an integer, not {value!r}")
    return int(value)


def _write_double(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ModelMisuse(f"a number, not {type(value).__name__}")
    return float(value)


def special_number(value: float) -> str:
    """Return the name of a number that has no digits, or "" for all others."""
    if math.isfinite(value):
        return ""
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _write_json_double(value: Any) -> float | str:
    number = _write_double(value)
    return special_number(number) or number


def _write_boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ModelMisuse(f"a boolean, not {type(value).__name__}")
    return value


def _aware(value: Any) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ModelMisuse(f"an aware datetime, not {value!r}")
    return value


def _write_epoch(value: Any) -> float:
    return _aware(value).timestamp()


def _write_iso(value: Any) -> str:
    moment = _aware(value).astimezone(UTC).replace(tzinfo=None)
    if not moment.microsecond:
        return f"{moment.isoformat()}Z"
    return f"{moment.isoformat(timespec='microseconds' if moment.microsecond % 1000 else 'milliseconds')}Z"


def _write_bytes(value: Any) -> bytes:
    if not isinstance(value, bytes):
        raise ModelMisuse(f"bytes, not {type(value).__name__}")
    return value


def _write_base64(value: Any) -> str:
    return base64.b64encode(_write_bytes(value)).decode("ascii")


def _write_text_boolean(value: Any) -> str:
    return "true" if _write_boolean(value) else "false"


def _write_text_integer(value: Any) -> str:
    return str(_write_integer(value))


def _write_text_double(value: Any) -> str:
    return java_double(_write_double(value))


def java_double(value: float) -> str:
    """Return a number as Java prints it, which is how AWS prints it in XML.

    >>> java_double(41), java_double(4.69e108), java_double(0.00012), java_double(12345678.9)
    ('41.0', '4.69E108', '1.2E-4', '1.23456789E7')
    """
    if name := special_number(value):
        return name
    if value == 0 or 1e-3 <= abs(value) < 1e7:  # noqa: PLR2004 — the bounds of Double.toString
        return repr(float(value))
    mantissa, _, exponent = f"{value!r}".partition("e")
    sign, digits = ("-" if mantissa.startswith("-") else ""), mantissa.lstrip("-")
    whole, _, fraction = digits.partition(".")
    significant = (whole + fraction).lstrip("0")
    leading_zeros = len(whole + fraction) - len(significant)
    power = int(exponent or 0) + len(whole) - 1 - leading_zeros
    rest = significant[1:].rstrip("0") or "0"
    return f"{sign}{significant[0]}.{rest}E{power}"


JSON = Scalars(
    readers={
        "string": _read_string,
        "integer": _integer_reader("integer"),
        "long": _integer_reader("long"),
        "float": _read_double,
        "double": _read_double,
        "boolean": _read_boolean,
        "timestamp": _read_timestamp,
        "blob": _read_base64,
    },
    writers={
        "string": _write_string,
        "integer": _write_integer,
        "long": _write_integer,
        "float": _write_json_double,
        "double": _write_json_double,
        "boolean": _write_boolean,
        "timestamp": _write_epoch,
        "blob": _write_base64,
    },
    unchanged={"string": str, "integer": int, "long": int, "boolean": bool},
)
CBOR = Scalars(
    readers={**JSON.readers, "blob": _read_bytes},
    writers={
        **JSON.writers,
        "float": _write_double,
        "double": _write_double,
        "timestamp": lambda value: CBORTag(1, _write_epoch(value)),
        "blob": _write_bytes,
    },
    unchanged={**JSON.unchanged, "blob": bytes},
)
TEXT = Scalars(
    readers={
        **JSON.readers,
        "integer": _text_integer_reader("integer"),
        "long": _text_integer_reader("long"),
        "float": _read_text_double,
        "double": _read_text_double,
        "boolean": _read_text_boolean,
    },
    writers={
        "string": _write_string,
        "integer": _write_text_integer,
        "long": _write_text_integer,
        "float": _write_text_double,
        "double": _write_text_double,
        "boolean": _write_text_boolean,
        "timestamp": _write_iso,
        "blob": _write_base64,
    },
)
