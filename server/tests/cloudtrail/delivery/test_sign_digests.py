"""Digests: one an hour, empty or not, signed and chained; broken off and begun again; right whenever a node dies."""

import gzip
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from cloudtrail.delivery.trail_world import Auditor, TrailWorld

from skylens.buckets.all_buckets import AllBuckets
from skylens.cloudtrail import trail_sessions, trails
from skylens.cloudtrail.delivery.sign_digests import PATIENCE
from skylens.cloudtrail.trail_sessions import LAST_WORDS


def ends(auditor, region="us-east-1"):
    return [digest["digestEndTime"][11:] for digest in auditor.digests(region)]


def left_behind(control):
    with control.read() as connection:
        return [
            (trail.name, len(trail_sessions.of_trail(connection, trail.id))) for trail in trails.all_trails(connection)
        ]


def test_an_hour_has_a_digest_be_it_empty(logging, auditor, cloudtrail):
    logging.event()
    logging.pass_hours(3)
    assert ends(auditor) == ["13:00:00Z", "14:00:00Z", "15:00:00Z"]
    assert auditor.complaints() == []
    first, second, _ = auditor.digests()
    [path] = auditor.log_files()
    [listed] = first["logFiles"]
    assert listed["s3Object"] == str(path.relative_to(auditor.folder))
    assert (listed["oldestEventTime"], listed["newestEventTime"]) == ("2026-07-01T12:00:00Z", "2026-07-01T12:00:00Z")
    assert (first["oldestEventTime"], first["previousDigestS3Object"]) == ("2026-07-01T12:00:00Z", None)
    assert (second["logFiles"], second["oldestEventTime"], second["newestEventTime"]) == ([], None, None)
    assert second["previousDigestS3Object"] == first["digestS3Object"]
    status = cloudtrail("GetTrailStatus", Name="main")
    assert status["LatestDigestDeliveryTime"] == pytest.approx(logging.clock.now().timestamp(), abs=10)


def test_a_digest_has_aws_members_in_aws_layout(logging, auditor):
    logging.pass_hours(1)
    [path] = auditor.log_files("CloudTrail-Digest")
    assert str(path.relative_to(auditor.folder)) == (
        "AWSLogs/000000000000/CloudTrail-Digest/us-east-1/2026/07/01/"
        "000000000000_CloudTrail-Digest_us-east-1_main_us-east-1_20260701T130000Z.json.gz"
    )
    assert list(json.loads(gzip.decompress(path.read_bytes()))) == [
        "awsAccountId",
        "digestStartTime",
        "digestEndTime",
        "digestS3Bucket",
        "digestS3Object",
        "digestPublicKeyFingerprint",
        "digestSignatureAlgorithm",
        "newestEventTime",
        "oldestEventTime",
        "previousDigestS3Bucket",
        "previousDigestS3Object",
        "previousDigestHashValue",
        "previousDigestHashAlgorithm",
        "previousDigestSignature",
        "logFiles",
    ]


def test_a_trail_without_validation_has_no_digests(world, cloudtrail, auditor):
    cloudtrail.trail()
    cloudtrail("StartLogging", Name="main")
    world.event()
    world.pass_hours(2)
    assert auditor.digests() == []
    assert len(auditor.log_files()) == 1


def test_stopping_ends_the_chain_with_a_last_digest_and_starting_begins_another(logging, auditor, cloudtrail, control):
    logging.event()
    logging.pass_hours(1)
    logging.clock.advance(600)
    last = logging.event()
    cloudtrail("StopLogging", Name="main")
    logging.clock.advance(LAST_WORDS.total_seconds())
    logging.run()
    assert left_behind(control) == [("main", 0)]
    assert len(auditor.digests()) == 2
    assert last in auditor.events()
    assert len(auditor.listed()) == 2
    logging.clock.advance(7200)
    cloudtrail("StartLogging", Name="main")
    logging.run()
    logging.event()
    logging.pass_hours(1)
    assert [digest["previousDigestS3Object"] is None for digest in auditor.digests()] == [True, False, True]
    assert auditor.complaints() == []
    assert len(auditor.listed()) == 3


def test_stopping_and_starting_at_once_keeps_both_chains_apart(logging, auditor, cloudtrail):
    logging.event()
    for _ in range(3):
        cloudtrail("StopLogging", Name="main")
        cloudtrail("StartLogging", Name="main")
        logging.event()
        logging.clock.advance(LAST_WORDS.total_seconds())
        logging.run()
    logging.pass_hours(1)
    assert auditor.complaints() == []
    assert sorted(auditor.listed()) == sorted(str(path.relative_to(auditor.folder)) for path in auditor.log_files())


def test_validation_switched_off_ends_the_chain_and_on_begins_another(logging, auditor, cloudtrail):
    logging.event()
    logging.pass_hours(1)
    cloudtrail("UpdateTrail", Name="main", EnableLogFileValidation=False)
    logging.event()
    logging.pass_hours(2)
    cloudtrail("UpdateTrail", Name="main", EnableLogFileValidation=True)
    logging.run()
    logging.event()
    logging.pass_hours(1)
    assert [digest["previousDigestS3Object"] is None for digest in auditor.digests()] == [True, False, True]
    assert auditor.complaints() == []
    assert len(auditor.listed()) == 2
    assert len(auditor.log_files()) == 3


def test_a_new_bucket_continues_the_chain_of_the_old_one(logging, auditor, cloudtrail, control):
    logging.event()
    logging.pass_hours(1)
    folder = cloudtrail.bucket("second")
    cloudtrail("UpdateTrail", Name="main", S3BucketName="second")
    logging.event()
    logging.pass_hours(1)
    [old], [new] = auditor.digests(), Auditor(folder, control).digests()
    assert (new["digestS3Bucket"], new["previousDigestS3Bucket"]) == ("second", "audit")
    assert new["previousDigestS3Object"] == old["digestS3Object"]
    assert [file["s3Bucket"] for file in new["logFiles"]] == ["second"]


def test_each_region_has_a_chain_of_its_own_from_its_first_file_on(world, auditor, cloudtrail):
    cloudtrail.trail(EnableLogFileValidation=True, IsMultiRegionTrail=True)
    cloudtrail("StartLogging", Name="main")
    world.run()
    world.pass_hours(1)
    world.event(region="eu-west-1")
    world.pass_hours(2)
    assert len(ends(auditor)) == 3
    assert len(ends(auditor, "eu-west-1")) == 1
    assert auditor.complaints() == auditor.complaints("eu-west-1") == []
    assert len(auditor.listed("eu-west-1")) == 1


def test_a_deleted_trail_ends_with_a_last_digest_and_is_forgotten(logging, auditor, cloudtrail, control):
    event = logging.event()
    cloudtrail("DeleteTrail", Name="main")
    logging.clock.advance(LAST_WORDS.total_seconds())
    logging.run()
    assert auditor.events() == [event]
    assert len(auditor.listed()) == 1
    assert auditor.complaints() == []
    logging.run()
    assert left_behind(control) == []


def test_a_deleted_trail_whose_bucket_is_gone_is_given_up_after_a_month(logging, auditor, cloudtrail, control):
    logging.event()
    auditor.folder.rename(auditor.folder.with_name("away"))
    cloudtrail("DeleteTrail", Name="main")
    logging.clock.advance((PATIENCE - timedelta(hours=1)).total_seconds())
    logging.run()
    assert left_behind(control) == [("main", 1)]
    logging.clock.advance(7200)
    logging.run()
    assert left_behind(control) == []


def test_digests_wait_for_the_bucket_in_the_order_of_their_chain(logging, auditor, cloudtrail):
    logging.event()
    logging.run()
    away = auditor.folder.rename(auditor.folder.with_name("away"))
    logging.pass_hours(3)
    assert cloudtrail("GetTrailStatus", Name="main")["LatestDigestDeliveryError"] == "NoSuchBucket"
    away.rename(auditor.folder)
    logging.run()
    assert len(auditor.digests()) == 3
    assert auditor.complaints() == []
    assert "LatestDigestDeliveryError" not in cloudtrail("GetTrailStatus", Name="main")


def test_a_server_that_was_away_covers_the_time_in_between(logging, auditor):
    logging.event()
    logging.run()
    logging.clock.advance(5 * 3600)
    logging.run()
    assert ends(auditor) == [f"{hour}:00:00Z" for hour in (13, 14, 15, 16, 17)]
    logging.clock.advance(100 * 3600)
    logging.run()
    assert len(auditor.digests()) == 5 + 1 + 48
    assert auditor.complaints() == []


def test_keys_that_take_over_from_each_other_keep_the_chain_whole(logging, auditor):
    logging.event()
    logging.signer = replace(logging.signer, seconds=86400)
    for _ in range(32):
        logging.clock.advance(86400)
        logging.run()
    assert len({digest["digestPublicKeyFingerprint"] for digest in auditor.digests()}) == 2
    assert auditor.complaints() == []


class SlowBuckets:
    """Buckets of a node that stands still while it writes, long enough for another node to do all the work."""

    def __init__(self, buckets: AllBuckets, meanwhile) -> None:
        self.buckets, self.meanwhile = buckets, meanwhile

    def find(self, account, name):
        self.bucket = self.buckets.find(account, name)
        return self

    def put(self, *arguments, **more):
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        self.bucket.put(*arguments, **more)


def test_of_two_nodes_that_deliver_at_once_one_counts(logging, auditor, control, tmp_path):
    buckets = AllBuckets(tmp_path / "buckets")
    event = logging.event()
    other = TrailWorld(logging.cloudtrail, logging.store, control, logging.clock, buckets)
    logging.use(SlowBuckets(buckets, other.run), control)
    logging.run()
    assert auditor.events() == [event, event]
    for world in (logging, other):
        world.use(SlowBuckets(buckets, other.run), control)
    logging.pass_hours(1)
    assert (len(auditor.listed()), len(auditor.log_files())) == (1, 2)
    assert auditor.complaints() == []


class Dead(BaseException):
    """The node is gone."""


class Mortal:
    """Counts the points at which a node can die, and lets it die at one."""

    def __init__(self, at: int) -> None:
        self.at, self.passed = at, 0

    def point(self) -> None:
        self.passed += 1
        if self.passed == self.at:
            raise Dead


class MortalBuckets:
    """Buckets whose writer may die before or after an object is there."""

    def __init__(self, buckets: AllBuckets, life: Mortal) -> None:
        self.buckets, self.life = buckets, life

    def find(self, account, name):
        self.bucket = self.buckets.find(account, name)
        return self

    def put(self, *arguments, **more):
        self.life.point()
        self.bucket.put(*arguments, **more)
        self.life.point()


class MortalControl:
    """A control store whose writer may die before or after a commit."""

    def __init__(self, control, life: Mortal) -> None:
        self.control, self.life, self.secrets, self.read = control, life, control.secrets, control.read

    def begin(self):
        return _MortalTransaction(self.control.begin(), self.life)


class _MortalTransaction:
    def __init__(self, transaction, life) -> None:
        self.transaction, self.life = transaction, life

    def __enter__(self):
        return self.transaction.__enter__()

    def __exit__(self, *error):
        try:
            if error[0] is None:
                self.life.point()
        except Dead as dead:
            self.transaction.__exit__(Dead, dead, dead.__traceback__)
            raise
        self.transaction.__exit__(*error)
        if error[0] is None:
            self.life.point()


def test_whenever_a_node_dies_no_event_is_lost_and_no_digest_is_wrong(cloudtrail, store, control, clock, tmp_path):
    buckets = AllBuckets(tmp_path / "buckets")
    deaths = 0
    for at in range(1, 1000):
        name = f"trail{at}"
        auditor = Auditor(cloudtrail.bucket(name), control)
        life = Mortal(at)
        world = TrailWorld(cloudtrail, store, control, clock, buckets)
        world.events = at * 100
        world.use(MortalBuckets(buckets, life), MortalControl(control, life))
        cloudtrail.trail("main", S3BucketName=name, EnableLogFileValidation=True, IsMultiRegionTrail=True)
        cloudtrail("StartLogging", Name="main")
        wanted = []
        for step in range(5):
            if step < 2:
                wanted += [world.event(), world.event(region="eu-west-1")]
                clock.advance(3600)
            elif step < 4:
                cloudtrail("StopLogging" if step == 2 else "DeleteTrail", Name="main")
                clock.advance(LAST_WORDS.total_seconds() + 1)
            try:
                world.run()
            except Dead:
                deaths += 1
                world.use(buckets, control)
                world.run()
        world.run()
        assert set(auditor.events()) == set(wanted), f"died at {at}"
        for region in ("us-east-1", "eu-west-1"):
            assert auditor.complaints(region) == [], f"died at {at}"
            listed = {event for key in auditor.listed(region) for event in ids_in(auditor, key)}
            assert listed == set(wanted[region == "eu-west-1" :: 2]), f"died at {at}"
        assert left_behind(control) == []
        if life.passed < at:
            break
    assert deaths > 30


def ids_in(auditor, key):
    document = json.loads(gzip.decompress((auditor.folder / key).read_bytes()))
    return [record["eventID"] for record in document["Records"]]
