"""A trail whose bucket is behind an endpoint that speaks S3: what lies there is whole, signed and chained."""

import json
from dataclasses import replace

import pytest
from cloudtrail.delivery.trail_world import Auditor, TrailWorld
from cloudtrail.trail_calls import Account

from skylens.buckets.all_buckets import AllBuckets

METADATA = "x-amz-meta-"


@pytest.fixture
def buckets(bucket_endpoint, tmp_path):
    return AllBuckets(tmp_path / "buckets", endpoint=bucket_endpoint.url)


@pytest.fixture
def cloudtrail(call, buckets, tmp_path):
    return Account(lambda *of, **more: replace(call(*of, **more), buckets=buckets), tmp_path / "buckets")


@pytest.fixture
def world(cloudtrail, store, control, clock, buckets):
    """A trail that logs and delivers to the endpoint."""
    cloudtrail("CreateTrail", Name="main", S3BucketName="audit", EnableLogFileValidation=True)
    cloudtrail("StartLogging", Name="main")
    return TrailWorld(cloudtrail, store, control, clock, buckets)


def downloaded(bucket_endpoint, control, folder):
    """The auditor of a folder with everything that lies in the bucket."""
    for key, (body, headers) in bucket_endpoint.buckets["audit"].items():
        metadata = {name.removeprefix(METADATA): value for name, value in headers.items() if name.startswith(METADATA)}
        for path, data in ((key, body), (f".skylens/metadata/{key}.json", json.dumps(metadata).encode())):
            if not path.endswith("/"):  # the marker of the log folder
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(data)
    return Auditor(folder, control)


def test_log_files_and_digests_lie_in_the_bucket_as_aws_puts_them(world, bucket_endpoint, control, tmp_path):
    ids = [world.event() for _ in range(3)]
    world.pass_hours(3)
    auditor = downloaded(bucket_endpoint, control, tmp_path / "downloaded")
    assert sorted(auditor.events()) == sorted(ids)
    assert len(auditor.digests()) >= 2
    assert auditor.listed() == [str(path.relative_to(auditor.folder)) for path in auditor.log_files()]
    assert auditor.complaints() == []


def test_what_the_endpoint_refuses_waits_and_shows_in_the_status(world, bucket_endpoint, control, tmp_path):
    bucket_endpoint.refuse_with = "AccessDenied"
    ids = [world.event() for _ in range(3)]
    world.pass_hours(2)
    assert world.cloudtrail("GetTrailStatus", Name="main")["LatestDeliveryError"] == "AccessDenied"
    bucket_endpoint.refuse_with = ""
    world.pass_hours(1)
    auditor = downloaded(bucket_endpoint, control, tmp_path / "downloaded")
    assert (sorted(auditor.events()), auditor.complaints()) == (sorted(ids), [])
    assert "LatestDeliveryError" not in world.cloudtrail("GetTrailStatus", Name="main")
