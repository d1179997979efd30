"""Import source: an import's files, read as the role that the import names may read them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from skylens.buckets.bucket import BucketError
from skylens.buckets.folder_bucket import FolderBucket
from skylens.caller import Caller, service_caller
from skylens.cloudtrail.lake import event_data_stores
from skylens.wire.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from skylens.buckets.all_buckets import AllBuckets
    from skylens.buckets.bucket import Bucket
    from skylens.caller import Principal
    from skylens.clock import Clock
    from skylens.cloudtrail.ingestion.imports import Import
    from skylens.registry import Invoke

SOURCE: Final = "cloudtrail.amazonaws.com"
_PAGE: Final = 1000
_RENEWED_BEFORE: Final = timedelta(minutes=5)
_MANY: Final = 1000


class SourceError(Exception):
    """The files cannot be listed, or one of them not be read; ``code`` is S3's or STS's word for the reason."""

    def __init__(self, code: str, why: str) -> None:
        self.code = code
        super().__init__(why)


class Page(NamedTuple):
    """Some keys, in S3's order, and whether these were the last."""

    keys: list[str]
    is_last: bool


class _Session(NamedTuple):
    """Temporary credentials of a role: whoever uses them is looked up anew, since they may be revoked."""

    access_key_id: str
    token: str
    expires_at: datetime


class ImportRoles:
    """Sessions of the roles that imports name. A role must trust CloudTrail, as AWS's must."""

    def __init__(
        self,
        invoke_as: Callable[[Caller, str], Invoke],
        find_principal: Callable[[str, str], Principal | None],
        clock: Clock,
    ) -> None:
        self._invoke_as, self._find_principal, self._clock = invoke_as, find_principal, clock
        self._sessions: dict[str, _Session] = {}

    def invoke(self, imported: Import) -> Invoke:
        """Return a function that calls operations as the role; SourceError where it cannot be assumed."""
        arn = event_data_stores.arn_of(imported.region, imported.account, imported.store)
        itself = service_caller(imported.account, imported.region, SOURCE, source_arn=arn)
        session = self._session(imported, itself)
        principal = self._find_principal(session.access_key_id, session.token)
        if principal is None:
            del self._sessions[imported.id]
            raise SourceError("ExpiredToken", f"The session of {imported.role_arn} was revoked")
        return self._invoke_as(Caller(principal, itself.region, session.access_key_id, SOURCE, arn), SOURCE)

    def _session(self, imported: Import, itself: Caller) -> _Session:
        known = self._sessions.get(imported.id)
        if known is None or known.expires_at - _RENEWED_BEFORE <= self._clock.now():
            request = {"RoleArn": imported.role_arn, "RoleSessionName": f"import-{imported.id}"}
            with _told():
                made = self._invoke_as(itself, SOURCE)("sts", "AssumeRole", request)["Credentials"]
            if len(self._sessions) >= _MANY:
                self._sessions.clear()
            known = _Session(made["AccessKeyId"], made["SessionToken"], made["Expiration"])
            self._sessions[imported.id] = known
        return known


@dataclass(frozen=True, slots=True)
class ImportSource:
    """The files of one import.

    Those in folders of ours are read through S3's own operations, so that the role's policies decide, KMS decrypts and the
    trail has it. Behind an endpoint, its own policies decide about the credentials of this server.
    """

    imported: Import
    bucket: Bucket
    invoke: Invoke

    def page(self, after: str) -> Page:
        """Return the keys behind one."""
        if not isinstance(self.bucket, FolderBucket):
            with _told():
                found = list(islice(self.bucket.list(self.imported.prefix, after=after), _PAGE))
            return Page([head.key for head in found], len(found) < _PAGE)
        request = {"Bucket": self.bucket.name, "Prefix": self.imported.prefix, "StartAfter": after}
        with _told():
            answer = self.invoke("s3", "ListObjectsV2", request)
        return Page([entry["Key"] for entry in answer["Contents"]], not answer["IsTruncated"])

    def read(self, key: str) -> bytes:
        """Return a file."""
        with _told():
            if not isinstance(self.bucket, FolderBucket):
                return self.bucket.get(key)
            body: bytes = self.invoke("s3", "GetObject", {"Bucket": self.bucket.name, "Key": key})["Body"]
            return body


def source(imported: Import, buckets: AllBuckets, roles: ImportRoles) -> ImportSource:
    """Return the files of an import, or raise SourceError."""
    with _told():
        bucket = buckets.find(imported.account, imported.bucket)
    return ImportSource(imported, bucket, roles.invoke(imported))


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except ServiceError as error:
        raise SourceError(error.code.removesuffix("Exception"), error.message) from error  # as S3 and STS call it
    except BucketError as error:
        raise SourceError(error.code, str(error)) from error
