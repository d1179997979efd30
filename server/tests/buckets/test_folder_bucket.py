"""Folder buckets: objects are files, whole or not at all, in S3's order; no key leads out of the folder."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skylens.buckets.all_buckets import AllBuckets
from skylens.buckets.bucket import BucketError
from skylens.buckets.folder_bucket import FolderBucket
from skylens.buckets.object_key import is_file_key, path_below

ACCOUNT = "000000000000"
HOSTILE = [
    "../outside",
    "a/../../outside",
    "/etc/passwd",
    "a//b",
    "./a",
    "a/.",
    "..",
    ".",
    "",
    "a\0b",
    "..\\outside",
    "a/..",
    ".skylens/metadata/a.json",
    "\ud800",
    "x" * 256,
    "/".join(["x" * 200] * 6),
]


@pytest.fixture
def bucket(tmp_path) -> FolderBucket:
    folder = tmp_path / ACCOUNT / "audit"
    folder.mkdir(parents=True)
    (tmp_path / ACCOUNT / "outside").write_text("secret")
    return FolderBucket("audit", folder)


def files_outside(bucket: FolderBucket) -> list[Path]:
    root = bucket.folder.parents[1]
    return sorted(p for p in root.rglob("*") if p.is_file() and not p.is_relative_to(bucket.folder))


def test_an_object_comes_out_as_it_went_in(bucket):
    bucket.put("a/b/c.json.gz", b"bytes", metadata={"signature": "00ff"})
    assert bucket.get("a/b/c.json.gz") == b"bytes"
    head = bucket.head("a/b/c.json.gz")
    assert (head.size, head.metadata, head.content_type, head.content_encoding) == (
        5,
        {"signature": "00ff"},
        "application/json",
        "gzip",
    )
    assert (bucket.folder / "a/b/c.json.gz").read_bytes() == b"bytes"


def test_a_file_that_somebody_put_there_is_an_object_too(bucket):
    (bucket.folder / "notes.txt").write_text("hello")
    assert bucket.get("notes.txt") == b"hello"
    assert bucket.head("notes.txt").metadata == {}


def test_a_changed_file_has_another_etag(bucket):
    bucket.put("a", b"1")
    before = bucket.head("a").etag
    bucket.put("a", b"2")
    assert bucket.head("a").etag != before


@pytest.mark.parametrize("key", HOSTILE)
def test_a_hostile_key_is_neither_read_nor_written(bucket, key):
    before = files_outside(bucket)
    with pytest.raises(BucketError, match="cannot be a file"):
        bucket.put(key, b"mine")
    for read in (bucket.get, bucket.head):
        with pytest.raises(BucketError) as refused:
            read(key)
        assert refused.value.code == "NoSuchKey"
    assert files_outside(bucket) == before
    assert list(bucket.list()) == []


names = st.text(st.sampled_from("ab.-/\\~ \0é\ud800"), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names)
def test_no_key_at_all_leads_out_of_the_folder(bucket, key):
    path = path_below(bucket.folder, key)
    assert (path is not None) == is_file_key(key)
    if path is not None:
        assert bucket.folder in path.parents
        assert str(path.relative_to(bucket.folder)) == key


def test_a_link_that_leads_out_is_no_object(bucket):
    outside = bucket.folder.parent / "outside"
    (bucket.folder / "link").symlink_to(outside)
    (bucket.folder / "folder").symlink_to(bucket.folder.parent)
    (bucket.folder / "circle").symlink_to(bucket.folder / "circle")
    for key in ("link", "folder/outside", "circle"):
        with pytest.raises(BucketError) as refused:
            bucket.get(key)
        assert refused.value.code == "NoSuchKey"
    with pytest.raises(BucketError):
        bucket.put("folder/new", b"mine")
    assert list(bucket.list()) == []
    assert outside.read_text() == "secret"


def test_objects_are_listed_in_the_order_of_the_bytes_of_their_keys(bucket):
    keys = ["a", "a-b", "a.b/c", "a/b", "a/b/c", "a0", "é", "\U00010000", "￿"]
    stored = [key for key in keys if key not in {"a", "a/b"}]  # a file cannot be a folder too
    for key in stored:
        bucket.put(key, b"")
    assert [head.key for head in bucket.list()] == sorted(stored, key=str.encode)


paths = st.lists(
    st.lists(st.sampled_from(["a", "b-", "b.", "b0", "é"]), min_size=1, max_size=3).map("/".join), max_size=8
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(paths, st.sampled_from(["", "a", "a/", "b", "b-/a", "c"]), st.sampled_from(["", "a", "a/a", "b-", "b0/é"]))
def test_prefix_and_start_leave_out_exactly_the_others(tmp_path_factory, keys, prefix, after):
    bucket = FolderBucket("audit", tmp_path_factory.mktemp("bucket"))
    stored = set()
    for key in keys:
        if not any(other.startswith(f"{key}/") or key.startswith(f"{other}/") for other in stored):
            bucket.put(key, b"")
            stored.add(key)
    wanted = [k for k in sorted(stored, key=str.encode) if k.startswith(prefix) and k.encode() > after.encode()]
    assert [head.key for head in bucket.list(prefix, after=after)] == wanted


def test_a_marker_is_a_folder(bucket):
    bucket.put("AWSLogs/000000000000/CloudTrail/", b"")
    assert (bucket.folder / "AWSLogs/000000000000/CloudTrail").is_dir()
    assert list(bucket.list()) == []


def test_what_the_file_system_refuses_is_told_in_s3s_words(bucket, tmp_path):
    (bucket.folder / "file").write_text("")
    with pytest.raises(BucketError):
        bucket.put("file/below", b"")
    missing = FolderBucket("none", tmp_path / "none")
    for use in (missing.check, lambda: missing.put("a", b""), lambda: missing.get("a"), lambda: list(missing.list())):
        with pytest.raises(BucketError) as refused:
            use()
        assert refused.value.code == "NoSuchBucket"


def test_an_object_that_cannot_be_written_leaves_nothing_behind(bucket, monkeypatch):
    def full(_file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BucketError) as refused:
        bucket.put("a", b"bytes")
    monkeypatch.undo()
    assert refused.value.code == "InsufficientStorage"
    assert [path for path in bucket.folder.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", ["..", "../111111111111/audit", "Audit", "a", "audit/..", "192.0.2.1", ""])
def test_a_name_that_no_bucket_can_have_is_no_bucket(tmp_path, name):
    with pytest.raises(BucketError) as refused:
        AllBuckets(tmp_path).find(ACCOUNT, name)
    assert refused.value.code == "InvalidBucketName"


def test_each_account_has_buckets_of_its_own(tmp_path):
    (tmp_path / ACCOUNT / "audit").mkdir(parents=True)
    buckets = AllBuckets(tmp_path)
    buckets.find(ACCOUNT, "audit").check()
    with pytest.raises(BucketError) as refused:
        buckets.find("111111111111", "audit").check()
    assert refused.value.code == "NoSuchBucket"
