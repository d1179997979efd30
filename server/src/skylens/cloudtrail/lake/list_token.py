"""NextToken of lists: the last thing that was shown, bound to what was asked."""

from __future__ import annotations

import base64
import binascii
import hashlib

from skylens.cloudtrail.errors import InvalidNextToken

_DIGEST = 8


def encode(last: str, question: str) -> str:
    """Return the token that goes on behind a thing in the answer to a question.

    >>> decode(encode("main", "stores of 000000000000"), "stores of 000000000000")
    'main'
    """
    return base64.urlsafe_b64encode(_digest(question) + last.encode()).decode()


def decode(token: str, question: str) -> str:
    """Return what was shown last; raise InvalidNextToken for a token that this question was never answered with."""
    try:
        packed = base64.b64decode(token.encode(), altchars=b"-_", validate=True)
        last = packed[_DIGEST:].decode()
    except (binascii.Error, UnicodeError) as exc:
        raise InvalidNextToken("Invalid token in request: it is none of ours") from exc
    if packed[:_DIGEST] != _digest(question):
        raise InvalidNextToken("Invalid token in request: it belongs to a request with other parameters")
    return last


def _digest(question: str) -> bytes:
    return hashlib.sha256(question.encode()).digest()[:_DIGEST]
