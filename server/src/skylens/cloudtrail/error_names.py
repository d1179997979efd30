"""Error names: what records call an error, which is not always what the wire called it.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from __future__ import annotations

from typing import Final

from skylens.wire.errors import ServiceError, answer_of
from skylens.wire.models import load

_DENIALS: Final = frozenset({"AccessDenied", "AccessDeniedException"})
# Services whose records tell a denial by the long name of the exception; all others by the short one.
_LONG: Final = frozenset({"xray", "cloudtrail-data"})


def error_name(service: str, code: str) -> str:
    """Return the ``errorCode`` of a record: the exception's own name, not the query protocol's.

    >>> error_name("iam", "NoSuchEntity"), error_name("iam", "AccessDeniedException")
    ('NoSuchEntityException', 'AccessDenied')
    """
    if is_denial(code):
        return "AccessDeniedException" if service in _LONG else "AccessDenied"
    return answer_of(load(service), ServiceError(code)).name


def is_denial(code: str) -> bool:
    """Whether an error says that a policy does not allow the call."""
    return code in _DENIALS
