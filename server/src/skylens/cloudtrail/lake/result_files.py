"""Result files: a query's result as gzipped CSV, and the file that signs them.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-query-results-validation.html
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from typing import TYPE_CHECKING, Final, NamedTuple

from skylens.cloudtrail.signing_keys import ALGORITHM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from skylens.cloudtrail.signing_keys import SigningKey

MOST_TEXT: Final = 32 * 1024 * 1024  # of one file before it is compressed: a file is in memory while it is written
SIGN_FILE: Final = "result_sign.json"


class ResultFile(NamedTuple):
    """One file, named within the folder of its query."""

    name: str
    body: bytes


def result_files(names: Sequence[str], rows: Iterable[Sequence[str]], *, most: int = MOST_TEXT) -> Iterator[ResultFile]:
    """Yield the files of a result, each with a header line; the first is there even where no row is."""
    number, rest = 1, iter(rows)
    while True:
        text = io.StringIO(newline="")
        writer = csv.writer(text)  # RFC 4180
        writer.writerow(names)
        is_full = False
        for row in rest:
            writer.writerow(row)
            if is_full := text.tell() >= most:
                break
        following = next(rest, None) if is_full else None
        yield ResultFile(f"result_{number}.csv.gz", gzip.compress(text.getvalue().encode(), 6, mtime=0))
        if following is None:
            return
        number, rest = number + 1, _before(following, rest)


def sign_file(files: Sequence[tuple[str, str]], region: str, completed: datetime, key: SigningKey) -> ResultFile:
    """Return the file that signs the others, given by name and hash: their hashes, with a space between, in this order."""
    document = {
        "version": "1.0",
        "region": region,
        "files": [{"fileHashValue": digest, "fileName": name} for name, digest in files],
        "hashAlgorithm": "SHA-256",
        "signatureAlgorithm": ALGORITHM,
        "queryCompleteTime": f"{completed:%Y-%m-%dT%H:%M:%SZ}",
        "hashSignature": key.sign(" ".join(digest for _, digest in files).encode()),
        "publicKeyFingerprint": key.fingerprint,
    }
    return ResultFile(SIGN_FILE, json.dumps(document).encode())


def hash_of(file: ResultFile) -> str:
    """Return the hash that the sign file has of a file: that of its compressed bytes, in hexadecimal."""
    return hashlib.sha256(file.body).hexdigest()


def _before(first: Sequence[str], others: Iterator[Sequence[str]]) -> Iterator[Sequence[str]]:
    yield first
    yield from others
