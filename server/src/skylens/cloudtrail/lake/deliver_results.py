"""Deliver results: the job that writes the results of finished queries to the buckets that they name, and signs them."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from skylens.buckets.bucket import BucketError
from skylens.cloudtrail import metrics, signing_keys
from skylens.cloudtrail.lake import destination, queries, results
from skylens.cloudtrail.lake.result_files import hash_of, result_files, sign_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from skylens.buckets.all_buckets import AllBuckets
    from skylens.buckets.bucket import Bucket
    from skylens.clock import Clock
    from skylens.cloudtrail.lake.queries import LakeQuery
    from skylens.store import Store
    from skylens.store.control import Control

LOG = logging.getLogger(__name__)
_PAGE: Final = 1_000
_CODES: Final = {"NoSuchBucket": "RESOURCE_NOT_FOUND", "AccessDenied": "ACCESS_DENIED"}
_SIGNING_CODES: Final = {"AccessDenied": "ACCESS_DENIED_SIGNING_FILE"}


@dataclass(frozen=True, slots=True)
class ResultDeliverer:
    """Delivers each result once. One that cannot be delivered is not tried again: DescribeQuery says so, and why in short.

    A server that dies meanwhile begins anew, over the files that it wrote.
    """

    store: Store
    control: Control
    buckets: AllBuckets
    clock: Clock

    def run(self, _now: datetime) -> None:
        """Deliver what waits; one that fails keeps none of the others."""
        with self.control.read() as connection:
            waiting = queries.to_deliver(connection)
        for query in waiting:
            try:
                status = self._deliver(query)
            except Exception:  # a defect must not keep other results
                LOG.exception("event=result_delivery_failed query=%s", query.id)
                status = "FAILED"
            if status == "SUCCESS":
                LOG.info("event=result_delivered query=%s", query.id)
            metrics.RESULT_DELIVERIES.labels(status).inc()
            with self.control.begin() as connection:
                queries.change(connection, query, ("FINISHED",), delivery_status=status)

    def _deliver(self, query: LakeQuery) -> str:
        """Write a query's files, then the one that signs them, and return what became of it."""
        where = destination.parse(query.delivery_uri)
        folder, hashes = where.folder(query), []
        try:
            bucket = self.buckets.find(query.account, where.bucket)
            for file in result_files(json.loads(query.columns), self._rows(query)):
                bucket.put(f"{folder}/{file.name}", file.body)
                hashes.append((file.name, hash_of(file)))
        except BucketError as error:
            return _failure(query, error, _CODES.get(error.code, "FAILED"))
        try:
            self._sign(query, bucket, folder, hashes)
        except BucketError as error:
            return _failure(query, error, _SIGNING_CODES.get(error.code, "FAILED_SIGNING_FILE"))
        return "SUCCESS"

    def _sign(self, query: LakeQuery, bucket: Bucket, folder: str, hashes: list[tuple[str, str]]) -> None:
        completed = self.clock.now()
        key = signing_keys.ready(self.control, query.region, completed, now=completed)
        file = sign_file(hashes, query.region, completed, key)
        bucket.put(f"{folder}/{file.name}", file.body)

    def _rows(self, query: LakeQuery) -> Iterator[list[str]]:
        for first in range(0, query.rows, _PAGE):
            yield from results.page(self.store, query, first, _PAGE)


def _failure(query: LakeQuery, error: BucketError, status: str) -> str:
    LOG.warning("event=result_not_delivered query=%s code=%s why=%s", query.id, error.code, error)
    return status
