"""Record: what the records of all kinds of events have in common.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from skylens.tls import Tls

EVENT_VERSION: Final = "1.11"
LONGEST_TEXT: Final = 1024
MOST_BYTES: Final = 100 * 1024  # of requestParameters, of responseElements, and of serviceEventDetails


def tls_details(tls: Tls, host: str) -> dict[str, str]:
    """Return how the caller's connection was encrypted, and what it took for our name."""
    return {"tlsVersion": tls.version, "cipherSuite": tls.cipher_suite, "clientProvidedHostHeader": host}


def event_time(moment: datetime) -> str:
    """Return a time as records have it, in whole seconds.

    >>> from datetime import UTC, datetime
    >>> event_time(datetime(2026, 7, 1, 12, 0, 0, 999_999, tzinfo=UTC))
    '2026-07-01T12:00:00Z'
    """
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
