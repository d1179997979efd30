"""Delivery of results: to the bucket that a query names, signed, once; or DescribeQuery says what is in the way."""
# ruff: noqa: S608  # these queries are what is tested

import csv
import gzip
import hashlib
import json
from dataclasses import replace
from itertools import chain

import pytest
from cloudtrail.lake.lake_of_tests import Lake, an_event
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_der_public_key

from skylens.buckets.all_buckets import AllBuckets
from skylens.buckets.bucket import BucketError
from skylens.cloudtrail import signing_keys
from skylens.cloudtrail.lake import deliver_results, result_files
from skylens.cloudtrail.lake.deliver_results import ResultDeliverer

ROOT = "AWSLogs/000000000000/CloudTrail-Lake/Query/2026/07/01"


class Delivery:
    """A lake with seven events, a bucket, and the job that delivers to it."""

    def __init__(self, lake: Lake) -> None:
        self.lake, self.ask = lake, lake.cloudtrail
        self.bucket = lake.cloudtrail.bucket()
        self.job = ResultDeliverer(lake.store, lake.control, AllBuckets(lake.cloudtrail.folder), lake.clock)
        self.id = lake.new_store()
        lake.put([an_event(n, name=f'N"{n % 3}') for n in range(1, 8)])

    def start(self, select: str = "eventName, eventId", uri: str = "s3://audit/results") -> str:
        statement = f"SELECT {select} FROM {self.id} ORDER BY eventId"
        return str(self.ask("StartQuery", QueryStatement=statement, DeliveryS3Uri=uri)["QueryId"])

    def run(self) -> None:
        self.lake.run()
        self.job.run(self.lake.clock.now())

    def status(self, query: str) -> str:
        return str(self.ask("DescribeQuery", QueryId=query)["DeliveryStatus"])


@pytest.fixture
def delivery(lake) -> Delivery:
    return Delivery(lake)


def test_a_result_is_delivered_and_signed(delivery, control, clock):
    query = delivery.start()
    assert delivery.status(query) == "PENDING"
    delivery.lake.run()
    described = delivery.ask("DescribeQuery", QueryId=query)
    assert (described["QueryStatus"], described["DeliveryStatus"]) == ("FINISHED", "PENDING")
    assert described["DeliveryS3Uri"] == "s3://audit/results"
    delivery.job.run(clock.now())
    assert delivery.status(query) == "SUCCESS"
    folder = delivery.bucket / "results" / ROOT / query
    assert sorted(path.name for path in folder.iterdir()) == ["result_1.csv.gz", "result_sign.json"]
    body = (folder / "result_1.csv.gz").read_bytes()
    lines = list(csv.reader(gzip.decompress(body).decode().splitlines()))
    shown = delivery.ask("GetQueryResults", QueryId=query)["QueryResultRows"]
    assert lines == [["eventName", "eventId"], *([cell for each in row for cell in each.values()] for row in shown)]
    assert lines[1][0] == 'N"1'
    sign = json.loads((folder / "result_sign.json").read_bytes())
    assert sign["files"] == [{"fileHashValue": hashlib.sha256(body).hexdigest(), "fileName": "result_1.csv.gz"}]
    with control.read() as connection:
        [key] = signing_keys.public_keys(connection, "us-east-1", clock.now(), clock.now())
    signed = sign["files"][0]["fileHashValue"].encode()
    public = load_der_public_key(key.der)
    public.verify(bytes.fromhex(sign["hashSignature"]), signed, padding.PKCS1v15(), hashes.SHA256())
    del sign["files"], sign["hashSignature"]
    assert sign == {
        "version": "1.0",
        "region": "us-east-1",
        "hashAlgorithm": "SHA-256",
        "signatureAlgorithm": "SHA256withRSA",
        "queryCompleteTime": "2026-07-01T12:00:00Z",
        "publicKeyFingerprint": key.fingerprint,
    }


def test_a_large_result_has_several_files_which_are_signed_in_their_order(delivery, monkeypatch):
    monkeypatch.setattr(deliver_results, "_PAGE", 2)
    monkeypatch.setattr(result_files.result_files, "__kwdefaults__", {"most": 100})
    query = delivery.start(uri="s3://audit")
    delivery.run()
    folder = delivery.bucket / ROOT / query
    sign = json.loads((folder / "result_sign.json").read_bytes())
    names = [file["fileName"] for file in sign["files"]]
    assert names == [f"result_{n}.csv.gz" for n in range(1, len(names) + 1)]
    assert len(names) > 1
    found = [gzip.decompress((folder / name).read_bytes()).decode().splitlines()[1:] for name in names]
    assert list(chain(*found)) == [f'"N""{n % 3}",00000000-0000-0000-0000-{n:012}' for n in range(1, 8)]
    assert [file["fileHashValue"] for file in sign["files"]] == [
        hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names
    ]


def test_each_result_is_delivered_once(delivery):
    query = delivery.start()
    delivery.run()
    file = delivery.bucket / "results" / ROOT / query / "result_1.csv.gz"
    file.unlink()
    delivery.run()
    assert not file.exists()


def _cut_off(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_delivery_that_was_cut_off_begins_anew(delivery, monkeypatch):
    query = delivery.start()
    with monkeypatch.context() as patched:
        patched.setattr(ResultDeliverer, "_sign", _cut_off)
        with pytest.raises(KeyboardInterrupt):
            delivery.run()
    assert delivery.status(query) == "PENDING"
    delivery.job.run(delivery.lake.clock.now())
    assert delivery.status(query) == "SUCCESS"


class Refusing:
    """A bucket behind an endpoint that refuses to store what a test says."""

    def __init__(self, ending: str, code: str) -> None:
        self.ending, self.code = ending, code

    def find(self, *_: str) -> "Refusing":
        return self

    def put(self, key: str, _: bytes) -> None:
        if key.endswith(self.ending):
            raise BucketError(self.code, "not here")


@pytest.mark.parametrize(
    ("ending", "code", "status"),
    [
        (".gz", "NoSuchBucket", "RESOURCE_NOT_FOUND"),
        (".gz", "AccessDenied", "ACCESS_DENIED"),
        (".gz", "EndpointConnectionError", "FAILED"),
        (".json", "AccessDenied", "ACCESS_DENIED_SIGNING_FILE"),
        (".json", "InsufficientStorage", "FAILED_SIGNING_FILE"),
    ],
)
def test_what_is_in_the_way_is_said(delivery, ending, code, status):
    query = delivery.start()
    delivery.job = replace(delivery.job, buckets=Refusing(ending, code))
    delivery.run()
    assert delivery.status(query) == status
    assert delivery.ask("GetQueryResults", QueryId=query)["QueryStatus"] == "FINISHED"


def test_a_bucket_that_has_gone_meanwhile_is_not_found(delivery):
    query = delivery.start()
    delivery.bucket.rmdir()
    delivery.run()
    assert delivery.status(query) == "RESOURCE_NOT_FOUND"


def test_nothing_is_delivered_of_a_query_without_a_result(delivery):
    cancelled, failed = delivery.start(), delivery.start("cast(eventName AS bigint)")
    delivery.ask("CancelQuery", QueryId=cancelled)
    delivery.run()
    assert (delivery.status(cancelled), delivery.status(failed)) == ("CANCELLED", "FAILED")
    assert list(delivery.bucket.iterdir()) == []


def test_another_accounts_bucket_is_none(delivery):
    other = delivery.ask.elsewhere(account="111111111111")
    other.bucket("theirs")
    statement = f"SELECT 1 FROM {delivery.id}"
    code, _ = delivery.ask.refusal("StartQuery", QueryStatement=statement, DeliveryS3Uri="s3://theirs")
    assert code == "S3BucketDoesNotExistException"
