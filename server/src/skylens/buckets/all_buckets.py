"""Buckets: which bucket an account means by a name."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Any, Final

from skylens.buckets.bucket import BucketError
from skylens.buckets.folder_bucket import FolderBucket

if TYPE_CHECKING:
    from pathlib import Path

    from skylens.buckets.bucket import Bucket

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ACCOUNT: Final = re.compile(r"[0-9]{12}")


class AllBuckets:
    """The buckets of this installation.

    The folder ``<folder>/<account>/<name>`` is the account's bucket of that name, which no other account sees. Where there
    is no such folder and an S3 endpoint is configured, the bucket is one behind that endpoint.
    """

    def __init__(self, folder: Path, *, endpoint: str = "", region: str = "us-east-1") -> None:
        self._folder, self._endpoint, self._region = folder, endpoint, region
        self._s3: Any = None

    def find(self, account: str, name: str) -> Bucket:
        """Return the bucket, which may not exist: that is found when it is used."""
        folder = self.find_folder(account, name)
        if self._endpoint and not folder.folder.is_dir():
            return self._behind_endpoint(name)
        return folder

    def find_folder(self, account: str, name: str) -> FolderBucket:
        """Return the bucket as a folder of ours, whether or not it exists."""
        if not is_bucket_name(name) or not _ACCOUNT.fullmatch(account):
            raise BucketError("InvalidBucketName", f"{name!r} cannot be the name of a bucket")
        return FolderBucket(name, self._folder / account / name)

    def _behind_endpoint(self, name: str) -> Bucket:
        # boto3 takes half a second to load, and most installations have folders only.
        from skylens.buckets.s3_bucket import S3Bucket, client  # noqa: PLC0415

        if self._s3 is None:
            self._s3 = client(self._endpoint, self._region)
        return S3Bucket(name, self._s3)

    def __repr__(self) -> str:
        return f"<AllBuckets in {self._folder}{f' and at {self._endpoint}' if self._endpoint else ''}>"


def is_bucket_name(name: str) -> bool:
    """Say whether a bucket can be called so.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html

    >>> [is_bucket_name(name) for name in ("audit-logs", "Audit", "192.0.2.1", "..", "a..b")]
    [True, False, False, False, False]
    """
    if not _NAME.fullmatch(name) or ".." in name:
        return False
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return True
    return False
