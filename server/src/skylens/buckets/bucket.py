"""Bucket: what every kind of bucket does, and what goes wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime


class BucketError(Exception):
    """A bucket cannot be used; ``code`` is S3's word for the reason: ``AccessDenied``, ``NoSuchBucket``, ``NoSuchKey``."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class ObjectHead:
    """An object without its bytes."""

    key: str
    size: int
    modified: datetime
    etag: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "binary/octet-stream"
    content_encoding: str = ""
    kms_key_arn: str = ""  # that it is encrypted under; the size is that of its bytes in clear


@dataclass(frozen=True, slots=True)
class DataKey:
    """What an object is encrypted with, in clear and as the KMS key wraps it."""

    plain: bytes = field(repr=False)
    wrapped: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Encryption:
    """The KMS key that an object is encrypted under, and the context that it can be decrypted with only.

    ``make_data_key`` asks this installation's KMS; a bucket elsewhere asks its own. It may raise BucketError.
    """

    key_arn: str
    context: Mapping[str, str]
    make_data_key: Callable[[], DataKey] = field(repr=False)


class Bucket(Protocol):
    """A place for objects by key. Every method may raise BucketError."""

    @property
    def name(self) -> str:
        """Its name."""

    def check(self) -> None:
        """Raise BucketError where the bucket does not exist or cannot be reached."""

    def put(
        self, key: str, body: bytes, *, metadata: Mapping[str, str] | None = None, encryption: Encryption | None = None
    ) -> None:
        """Store an object; it is durable when this returns. A key that ends in a slash marks a folder and is empty."""

    def get(self, key: str) -> bytes:
        """Return an object's bytes, as they are stored."""

    def head(self, key: str) -> ObjectHead:
        """Return what is known of an object."""

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectHead]:
        """Return the objects whose keys begin so and come after, in the order of S3: by the bytes of their keys.

        Their metadata is not known.
        """
