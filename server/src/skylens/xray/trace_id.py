"""Trace ids: ``1-58406520-a006649127e371903a2de979`` outside, sixteen bytes inside."""

from typing import Final, NewType

TraceId = NewType("TraceId", str)  # canonical: 1-58406520-a006649127e371903a2de979
EntityId = NewType("EntityId", str)  # sixteen lower-case hexadecimal digits

_CANONICAL_LENGTH: Final = 35
_RAW_LENGTH: Final = 32
_BYTES: Final = 16


def to_bytes(text: object) -> bytes:
    """Return the id's bytes, from the canonical form or from 32 raw hexadecimal digits; raise ValueError otherwise.

    >>> to_bytes("1-58406520-a006649127e371903a2de979") == to_bytes("58406520A006649127E371903A2DE979")
    True
    """
    if not isinstance(text, str):
        raise ValueError("a trace id is a string")  # noqa: TRY004  # one kind of error for every bad id
    if len(text) == _CANONICAL_LENGTH and text[:2] == "1-" and text[10] == "-":
        digits = text[2:10] + text[11:]
    elif len(text) == _RAW_LENGTH:
        digits = text
    else:
        raise ValueError(f"not a trace id: {text!r}")
    key = bytes.fromhex(digits)
    # fromhex skips blanks between the digits
    if len(key) != _BYTES:
        raise ValueError(f"not a trace id: {text!r}")
    return key


def to_text(key: bytes) -> TraceId:
    """Return the canonical form.

    >>> to_text(bytes.fromhex("58406520a006649127e371903a2de979"))
    '1-58406520-a006649127e371903a2de979'
    """
    digits = key.hex()
    return TraceId(f"1-{digits[:8]}-{digits[8:]}")


def second(key: bytes) -> int:
    """Return the epoch second that the id claims it was made in; W3C ids claim nonsense."""
    return int.from_bytes(key[:4], "big")
