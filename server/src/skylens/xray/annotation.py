"""Annotations: which keys and values are indexed, and the token each becomes in the column ``segments.annotations``."""

from functools import lru_cache
from re import compile as pattern
from typing import Final, TypeAlias

AnnotationValue: TypeAlias = str | int | float | bool

MAX_VALUE_LENGTH: Final = 1000
_KEY: Final = pattern(r"[A-Za-z0-9_.\-]{1,500}")
_BEYOND_DOUBLE: Final = 1 << 1023

_PRINTED_WHOLE = 1e15  # below, a whole number has no point and no exponent


def annotation_token(key: str, value: AnnotationValue) -> str:
    """Return the token by which the text index finds this key with this value.

    >>> annotation_token("tenant", "acme"), annotation_token("items", 3), annotation_token("vip", True)
    ('tenant=s:acme', 'items=n:3', 'vip=b:true')
    """
    return f"{key}={annotation_value_token(value)}"


def annotation_value_token(value: AnnotationValue) -> str:
    """Return the part of the token after ``key=``: a letter for the type, a colon, the value."""
    match value:
        case bool():
            return "b:true" if value else "b:false"
        case str():
            return f"s:{value}"
        case _:
            return f"n:{number_text(value)}"


def number_text(number: float) -> str:
    """Print a number as a double in the one way that equal numbers share.

    >>> number_text(3), number_text(3.0), number_text(1.5), number_text(1e21), number_text(-0.0)
    ('3', '3', '1.5', '1e+21', '0')
    """
    try:
        double = float(number)
    except OverflowError:  # an integer of more than 308 digits
        double = float("inf") if number > 0 else float("-inf")
    return str(int(double)) if double.is_integer() and abs(double) < _PRINTED_WHOLE else repr(double)


@lru_cache(maxsize=8192)
def is_indexed_key(key: str) -> bool:
    """Say whether annotations of that key are indexed: letters, digits, ``_``, ``.`` and ``-``, up to 500 of them.

    >>> is_indexed_key("order.id"), is_indexed_key("order id")
    (True, False)
    """
    return _KEY.fullmatch(key) is not None


def is_indexed(key: str, value: object) -> bool:
    """Say whether an annotation is indexed: a plain key, and text of up to 1,000 characters, a number or a boolean."""
    if type(value) is str:  # as most are
        return len(value) <= MAX_VALUE_LENGTH and is_indexed_key(key)
    match value:
        case bool() | float():
            return is_indexed_key(key)
        case int():
            return abs(value) < _BEYOND_DOUBLE and is_indexed_key(key)
        case _:
            return False


def add_tokens(annotations: object, tokens: list[str]) -> None:
    """Add the token of each annotation that is indexed; what is no object has none. On the hot path."""
    if type(annotations) is not dict:
        return
    for key, value in annotations.items():
        kind = type(value)
        # most are short texts or small whole numbers: their token is written here without three calls
        if kind is str and len(value) <= MAX_VALUE_LENGTH:
            if is_indexed_key(key):
                tokens.append(f"{key}=s:{value}")
        elif kind is int and -_PRINTED_WHOLE < value < _PRINTED_WHOLE:
            if is_indexed_key(key):
                tokens.append(f"{key}=n:{value}")
        elif is_indexed(key, value):
            tokens.append(annotation_token(key, value))
