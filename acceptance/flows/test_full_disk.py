"""A disk that is full: whatever was answered is on record, what cannot be recorded is refused, and room ends it."""

import contextlib
import json
import os
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

MEGABYTES = 160


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own, which only root can mount."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk needs root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Write a file until the disk takes no more."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"\0" * 65_536):
            pass
    return ballast


class Calls:
    """Groups that somebody creates, and what became of each call by its request id."""

    def __init__(self, server) -> None:
        self._xray = server.client(config=Config(retries={"total_max_attempts": 1}))
        self.answered: set[str] = set()
        self.refused: dict[str, str] = {}

    def create(self, name: str) -> str:
        """Create a group; return the error code, or nothing."""
        try:
            answer = self._xray.create_group(GroupName=name)
        except ClientError as refused:
            code = refused.response["Error"]["Code"]
            self.refused[refused.response["ResponseMetadata"]["RequestId"]] = code
            return str(code)
        self.answered.add(answer["ResponseMetadata"]["RequestId"])
        return ""

    def groups(self) -> set[str]:
        return {group["GroupName"] for group in self._xray.get_groups()["Groups"]}


def history(server) -> list[dict]:
    pages = (
        server.client("cloudtrail")
        .get_paginator("lookup_events")
        .paginate(LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "CreateGroup"}])
    )
    return [json.loads(event["CloudTrailEvent"]) for page in pages for event in page["Events"]]


def metric(server, name: str) -> float:
    with urllib.request.urlopen(f"{server.endpoint}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))


def test_a_full_disk_of_the_audit_trail_refuses_changes_and_loses_no_event(disk, own_skylens, eventually):
    server = own_skylens("--store", f"chdb://{disk / 'store'}")
    calls = Calls(server)
    assert calls.create("before") == ""
    ballast = fill(disk)
    assert calls.create("done-but-not-told") == "ServiceUnavailableException"  # found out while it was put on record
    assert calls.create("not-even-tried") == "ServiceUnavailableException"
    assert calls.groups() == {"Default", "before", "done-but-not-told"}
    assert metric(server, "skylens_cloudtrail_refused_calls_total") >= 1
    ballast.unlink()
    eventually(lambda: calls.create("after") == "")
    found = {record["requestID"]: record for record in eventually(lambda: history(server))}
    assert calls.answered | calls.refused.keys() == found.keys()
    assert len(history(server)) == len(found)
    done = {record["requestParameters"]["groupName"] for record in found.values() if "errorCode" not in record}
    assert done == calls.groups() - {"Default"}


def test_a_disk_that_is_full_for_everything_loses_no_event_of_an_answered_change(
    disk, own_skylens, eventually, monkeypatch
):
    monkeypatch.setenv("SKYLENS_STATE", f"sqlite:///{disk / 'state.sqlite'}")
    server = own_skylens("--store", f"chdb://{disk / 'store'}")
    calls = Calls(server)
    calls.create("before")
    ballast = fill(disk)
    for number in range(20):
        calls.create(f"during-{number}")
    assert calls.refused
    ballast.unlink()
    eventually(lambda: calls.create("after") == "")
    server.kill()
    server.start()
    found = {record["requestID"] for record in history(server)}
    assert calls.answered - found == set()
    assert {"before", "after"} <= calls.groups()
