"""S3Bucket: a bucket behind an endpoint that speaks S3: AWS's own, MinIO, Ceph and whatever else boto3 can reach."""

from __future__ import annotations

import base64
import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from skylens.buckets.bucket import BucketError, ObjectHead

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from skylens.buckets.bucket import Encryption

# A handler waits for the checks of a new trail, so an endpoint that is away must be found away soon.
_CONFIG: Final = {
    "connect_timeout": 5,
    "read_timeout": 20,
    "retries": {"max_attempts": 2, "mode": "standard"},
    # Checksums that AWS added in 2025 are not understood everywhere.
    "request_checksum_calculation": "when_required",
    "response_checksum_validation": "when_required",
}
_MISSING: Final = {"404": "NoSuchKey", "403": "AccessDenied", "NotFound": "NoSuchKey"}


def client(endpoint: str, region: str) -> Any:
    """Return boto3's client with the credentials of the server's own environment; ``aws`` is AWS's own endpoint."""
    url = None if endpoint == "aws" else endpoint
    style = {"addressing_style": "auto" if url is None else "path"}
    return boto3.client("s3", endpoint_url=url, region_name=region, config=Config(s3=style, **_CONFIG))


@dataclass(frozen=True, slots=True)
class S3Bucket:
    """One bucket."""

    name: str
    s3: Any = field(repr=False)

    def check(self) -> None:
        """Raise BucketError where the bucket does not exist or cannot be reached."""
        with _told("NoSuchBucket"):
            self.s3.head_bucket(Bucket=self.name)

    def put(
        self, key: str, body: bytes, *, metadata: Mapping[str, str] | None = None, encryption: Encryption | None = None
    ) -> None:
        """Store an object as CloudTrail does: the bucket's owner controls it, and it is encrypted where the store can."""
        encrypted = _encrypted(encryption) if encryption else {}
        gzipped = {"ContentType": "application/json", "ContentEncoding": "gzip"} if key.endswith(".json.gz") else {}
        with _told("NoSuchBucket"):
            self.s3.put_object(
                Bucket=self.name,
                Key=key,
                Body=body,
                ACL="bucket-owner-full-control",
                Metadata=dict(metadata or {}),
                **encrypted,
                **gzipped,
            )

    def get(self, key: str) -> bytes:
        """Return an object's bytes."""
        with _told("NoSuchKey"):
            body: bytes = self.s3.get_object(Bucket=self.name, Key=key)["Body"].read()
            return body

    def head(self, key: str) -> ObjectHead:
        """Return what is known of an object."""
        with _told("NoSuchKey"):
            found = self.s3.head_object(Bucket=self.name, Key=key)
        return ObjectHead(
            key,
            found["ContentLength"],
            found["LastModified"],
            found["ETag"].strip('"'),
            found.get("Metadata", {}),
            found.get("ContentType", "binary/octet-stream"),
            found.get("ContentEncoding", ""),
        )

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectHead]:
        """Return the objects whose keys begin so and come after, in S3's order; their metadata is not known."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix, StartAfter=after)
        with _told("NoSuchBucket"):
            for page in pages:
                for found in page.get("Contents", ()):
                    yield ObjectHead(found["Key"], found["Size"], found["LastModified"], found["ETag"].strip('"'))

    def __repr__(self) -> str:
        return f"<S3Bucket {self.name}>"


def _encrypted(encryption: Encryption) -> dict[str, str]:
    context = base64.b64encode(json.dumps(dict(encryption.context)).encode()).decode()
    return {
        "ServerSideEncryption": "aws:kms",
        "SSEKMSKeyId": encryption.key_arn,
        "SSEKMSEncryptionContext": context,
    }


@contextmanager
def _told(missing: str) -> Iterator[None]:
    """Turn boto3's errors into ours; a bare 404 (HEAD has no body) means the thing that was asked for."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"].get("Code", "")
        code = missing if code in {"404", "NotFound"} else _MISSING.get(code, code)
        raise BucketError(code, str(error)) from error
    except BotoCoreError as error:
        raise BucketError(type(error).__name__, str(error)) from error
