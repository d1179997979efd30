"""A log file: its records as events, and what is said of one that is none."""

import gzip
import json
from typing import Any

import pytest
from cloudtrail.ingestion.import_world import STRANGER, a_record
from hypothesis import given
from hypothesis import strategies as st

from skylens.cloudtrail.ingestion import trail_file
from skylens.cloudtrail.ingestion.trail_file import UnreadableFile, read

TIME = "2026-07-01T12:00:00Z"


def a_file(*records: Any) -> bytes:
    return gzip.compress(json.dumps({"Records": list(records)}).encode())


def test_a_record_is_kept_byte_by_byte():
    text = '{"eventID":"0aaaaaaa-0000-4000-8000-000000000001",  "eventTime":"2026-07-01T12:00:00Z","n":1.10, "b":1e400}'
    [event] = read(gzip.compress(f'{{"Records":[{text}]}}'.encode())).events
    assert event.record == text


@pytest.mark.parametrize(
    ("fields", "category"),
    [
        ({"eventCategory": "NetworkActivity"}, "NetworkActivity"),
        ({"eventCategory": "", "managementEvent": False}, "Data"),
        ({"eventCategory": "", "managementEvent": None, "eventType": "AwsCloudTrailInsight"}, "Insight"),
        ({"eventCategory": "", "managementEvent": None}, "Management"),
    ],
)
def test_records_of_early_versions_have_a_category_all_the_same(fields, category):
    [event] = read(a_file(a_record(1, TIME, **fields))).events
    assert event.category == category


def test_a_record_that_names_no_recipient_is_its_caller_s():
    record = a_record(1, TIME)
    del record["recipientAccountId"]
    assert read(a_file(record)).events[0].account == STRANGER


def test_a_record_that_stands_twice_is_one_event():
    assert len(read(a_file(a_record(1, TIME), a_record(1, TIME))).events) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"eventID": "mine"},
        {"eventTime": "yesterday"},
        {"eventTime": "2026-07-01T12:00:00"},
        {"eventTime": "1812-07-01T12:00:00Z"},
        {"eventTime": 1},
        {"awsRegion": None},
        {"userIdentity": "anna"},
    ],
)
def test_a_record_that_cannot_be_kept_does_not_keep_the_others(fields):
    found = read(a_file(a_record(1, TIME), a_record(2, TIME, **fields), "text"))
    assert [event.id[-1] for event in found.events] == ["1"]
    assert str(found.failure).startswith("2 of 3 records: record 2: ")


@pytest.mark.parametrize(
    ("body", "error_type"),
    [
        (b"", "InvalidFormat"),
        (b"{}", "InvalidCompression"),
        (a_file()[:-4], "InvalidCompression"),
        (a_file() + b"more", "InvalidCompression"),
        (gzip.compress(b"{}"), "InvalidFormat"),
        (gzip.compress(b'{"Records": {}}'), "InvalidFormat"),
        (gzip.compress(b'{"awsAccountId": "1", "logFiles": []}'), "InvalidFormat"),
        (gzip.compress(b'{"Records": [' + b"[" * 10_000), "InvalidFormat"),
    ],
    ids=[
        "nothing",
        "text",
        "cut off",
        "more behind it",
        "no records",
        "records that are no list",
        "a digest",
        "endless",
    ],
)
def test_what_is_no_log_file(body, error_type):
    with pytest.raises(UnreadableFile) as refused:
        read(body)
    assert refused.value.error_type == error_type


def test_a_file_of_several_members_is_one_text():
    text = json.dumps({"Records": [a_record(1, TIME)]}).encode()
    assert len(read(gzip.compress(text[:50]) + gzip.compress(text[50:])).events) == 1


def test_a_file_that_grows_without_end_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(trail_file, "MOST_BYTES", 10_000)
    for body in (gzip.compress(b" " * 10_001), gzip.compress(b" " * 6_000) * 2):
        with pytest.raises(UnreadableFile) as refused:
            read(body)
        assert refused.value.error_type == "FileTooLarge"


@given(st.binary(), st.booleans())
def test_whatever_a_file_holds_is_refused_with_a_reason_or_read(body, is_zipped):
    try:
        read(gzip.compress(body) if is_zipped else body)
    except UnreadableFile as refused:
        assert str(refused)  # noqa: PT017  # what a list of failures shows
