"""FolderBucket: a folder whose files are the objects. Whoever may write to the folder may add some; nothing else is needed."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from skylens.buckets import sealed_object
from skylens.buckets.bucket import BucketError, ObjectHead
from skylens.buckets.object_key import OWN_FOLDER, is_file_key, path_below, sort_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from skylens.buckets.bucket import Encryption

_CODES: Final = {
    errno.ENOENT: "NoSuchBucket",
    errno.EACCES: "AccessDenied",
    errno.EPERM: "AccessDenied",
    errno.EROFS: "AccessDenied",
    errno.ENOSPC: "InsufficientStorage",
    errno.EDQUOT: "InsufficientStorage",
}
_GZIPPED_JSON: Final = ".json.gz"


@dataclass(frozen=True, slots=True)
class FolderBucket:
    """One bucket. What S3 keeps beside an object's bytes stands in ``.skylens/metadata/<key>.json``."""

    name: str
    folder: Path

    def check(self) -> None:
        """Raise BucketError where there is no such folder."""
        if not self.folder.is_dir():
            raise BucketError("NoSuchBucket", f"there is no folder {self.folder}")

    def put(
        self, key: str, body: bytes, *, metadata: Mapping[str, str] | None = None, encryption: Encryption | None = None
    ) -> None:
        """Store an object, whole or not at all; durable when this returns."""
        is_marker = key.endswith("/") and not body
        path = path_below(self.folder, key.removesuffix("/") if is_marker else key)
        if path is None:
            raise BucketError("InvalidArgument", f"{key!r} cannot be a file of a folder")
        with _told():
            self.check()
            if is_marker:
                self._make(path)
                return
            if metadata:
                self._write(self._metadata(key), json.dumps(dict(metadata)).encode())
            self._write(path, sealed_object.seal(body, encryption) if encryption else body)

    def get(self, key: str) -> bytes:
        """Return an object's bytes, as they are stored."""
        with _told("NoSuchKey"):
            return self._file(key).read_bytes()

    def read(self, key: str, start: int, length: int) -> bytes:
        """Return some of an object's bytes, as they are stored."""
        with _told("NoSuchKey"), self._file(key).open("rb") as file:
            file.seek(start)
            return file.read(length)

    def head(self, key: str) -> ObjectHead:
        """Return what is known of an object."""
        with _told("NoSuchKey"):
            return _head(key, self._file(key), self._read_metadata(key))

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectHead]:
        """Return the objects whose keys begin so and come after, in S3's order, without their metadata."""
        self.check()
        for key, path in _walk(self.folder, "", prefix, after):
            with _told("NoSuchKey"):
                head = _head(key, path, {})
            yield head

    def _file(self, key: str) -> Path:
        self.check()
        path = path_below(self.folder, key)
        if path is None or not path.is_file():
            raise BucketError("NoSuchKey", f"there is no object {key!r}")
        return path

    def _metadata(self, key: str) -> Path:
        return self.folder / OWN_FOLDER / "metadata" / f"{key}.json"

    def _read_metadata(self, key: str) -> dict[str, str]:
        try:
            document: Any = json.loads(self._metadata(key).read_bytes())
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return {}  # a file that somebody else put there has none
        return {str(name): str(value) for name, value in document.items()} if isinstance(document, dict) else {}

    def _write(self, path: Path, body: bytes) -> None:
        self._make(path.parent)
        draft = self.folder / OWN_FOLDER / f"draft-{os.getpid()}-{os.urandom(8).hex()}"
        self._make(draft.parent)
        try:
            with draft.open("xb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        _sync(path.parent)

    def _make(self, folder: Path) -> None:
        """Make a folder with those above it, durably."""
        if folder.is_dir():
            return
        self._make(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync(folder.parent)

    def __repr__(self) -> str:
        return f"<FolderBucket {self.folder}>"


def _head(key: str, path: Path, metadata: dict[str, str]) -> ObjectHead:
    found = path.stat()
    is_gzipped_json = key.endswith(_GZIPPED_JSON)
    with path.open("rb") as file:
        sealed = sealed_object.header(file.read(sealed_object.LONGEST_HEADER))
    return ObjectHead(
        key,
        sealed.size if sealed else found.st_size,
        datetime.fromtimestamp(found.st_mtime, UTC),
        # S3's is a digest of the bytes; this one changes whenever a file does and need not read it.
        hashlib.sha256(f"{found.st_mtime_ns} {found.st_size} {found.st_ino}".encode()).hexdigest()[:32],
        metadata,
        "application/json" if is_gzipped_json else "binary/octet-stream",
        "gzip" if is_gzipped_json else "",
        sealed.key_arn if sealed else "",
    )


def _walk(folder: Path, start: str, prefix: str, after: str) -> Iterator[tuple[str, Path]]:
    """Return keys and files in S3's order. A folder sorts as its name with a slash, since every key below begins so.

    Links are neither files nor folders here: one could lead out of the bucket.
    """
    for key, path in sorted(_entries(folder, start), key=lambda entry: sort_key(entry[0])):
        if key.endswith("/"):
            may_hold = key.startswith(prefix) or prefix.startswith(key)
            is_behind = sort_key(f"{key}\U0010ffff") > sort_key(after)
            if may_hold and is_behind and is_file_key(f"{key}x"):
                yield from _walk(path, key, prefix, after)
        elif key.startswith(prefix) and sort_key(key) > sort_key(after) and is_file_key(key):
            yield key, path


def _entries(folder: Path, start: str) -> Iterator[tuple[str, Path]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield f"{start}{entry.name}/", folder / entry.name
            elif entry.is_file(follow_symlinks=False):
                yield f"{start}{entry.name}", folder / entry.name


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told(missing: str = "") -> Iterator[None]:
    """Turn what the file system says into S3's words."""
    try:
        yield
    except OSError as error:
        code = _CODES.get(error.errno or 0, "InternalError")
        code = missing if missing and code == "NoSuchBucket" else code
        raise BucketError(code, f"{error.strerror or error}") from error
