"""Digest: which log files were delivered in an interval, with their hashes, signed and chained to the digest before.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from skylens.cloudtrail.delivery import object_names
from skylens.cloudtrail.delivery.log_file import compressed
from skylens.cloudtrail.signing_keys import ALGORITHM

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Row

    from skylens.cloudtrail.signing_keys import SigningKey
    from skylens.cloudtrail.trails import Trail

HASH_ALGORITHM: Final = "SHA-256"


@dataclass(frozen=True, slots=True)
class Previous:
    """The digest that another one continues; all empty: it begins a chain."""

    bucket: str = ""
    key: str = ""
    sha256: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """A signed digest. ``sha256`` is that of the bytes before compression."""

    key: str
    body: bytes
    sha256: str
    signature: str

    @property
    def metadata(self) -> dict[str, str]:
        """What the object says beside its bytes."""
        return {"signature": self.signature, "signature-algorithm": ALGORITHM}


@dataclass(frozen=True, slots=True)
class Interval:
    """The time that a digest covers, in whole seconds, and the files that were delivered in it."""

    region: str
    start: datetime
    end: datetime
    files: Sequence[Row[Any]]


def signed(trail: Trail, interval: Interval, previous: Previous, key: SigningKey) -> Digest:
    """Return the digest of an interval."""
    object_key = object_names.digest(trail, interval.region, interval.end)
    data = json.dumps(_document(trail, interval, previous, object_key, key), separators=(",", ":")).encode()
    sha256 = hashlib.sha256(data).hexdigest()
    # "null" stands for the signature that the first digest of a chain has not before it.
    lines = (_time(interval.end), f"{trail.bucket}/{object_key}", sha256, previous.signature or "null")
    return Digest(object_key, compressed(data), sha256, key.sign("\n".join(lines).encode()))


def _document(trail: Trail, interval: Interval, previous: Previous, object_key: str, key: SigningKey) -> dict[str, Any]:
    """Return the digest's document; every key is there, be it null."""
    files, is_first = interval.files, not previous.signature
    return {
        "awsAccountId": trail.account,
        "digestStartTime": _time(interval.start),
        "digestEndTime": _time(interval.end),
        "digestS3Bucket": trail.bucket,
        "digestS3Object": object_key,
        "digestPublicKeyFingerprint": key.fingerprint,
        "digestSignatureAlgorithm": ALGORITHM,
        "newestEventTime": _time(max(file.newest for file in files)) if files else None,
        "oldestEventTime": _time(min(file.oldest for file in files)) if files else None,
        "previousDigestS3Bucket": previous.bucket or None,
        "previousDigestS3Object": previous.key or None,
        "previousDigestHashValue": previous.sha256 or None,
        "previousDigestHashAlgorithm": None if is_first else HASH_ALGORITHM,
        "previousDigestSignature": previous.signature or None,
        "logFiles": [
            {
                "s3Bucket": file.bucket,
                "s3Object": file.key,
                "hashValue": file.sha256,
                "hashAlgorithm": HASH_ALGORITHM,
                "newestEventTime": _time(file.newest),
                "oldestEventTime": _time(file.oldest),
            }
            for file in files
        ],
    }


def _time(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"
