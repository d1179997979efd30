"""Faults: kill -9 under load, SIGTERM, a full disk. Nothing acknowledged is lost, nothing is half there."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from store.rows_of_tests import some_segments
from store.writer_process import NAMED_BY, batch

from skylens.clock import ManualClock
from skylens.sql import Sql
from skylens.store import Store, StoreFull, open_store
from skylens.store.tables import definitions

TESTS = Path(__file__).parents[1]
SIZE = 7
KILLS = 6


@contextlib.contextmanager
def writer(folder: Path, first: int) -> Iterator[subprocess.Popen[str]]:
    """Run writer_process.py and wait until its store is open."""
    command = [sys.executable, "-W", "error", "-m", "store.writer_process", str(folder), str(first), str(SIZE)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=TESTS) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        try:
            yield process
        finally:
            process.kill()


def acknowledged_first(process: subprocess.Popen[str]) -> str:
    """Wait for the first number that the process acknowledges, however slow the machine is."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def lines_until_the_end(process: subprocess.Popen[str]) -> list[str]:
    """Return the whole lines the process still said; a number that was cut off was not acknowledged."""
    assert process.stdout is not None
    return [line.strip() for line in process.stdout.read().splitlines(keepends=True) if line.endswith("\n")]


def rows_per_batch(store: Store, table: str) -> dict[int, int]:
    batch, row = NAMED_BY[table]
    query = Sql(f"SELECT {batch}, uniqExact({row}) FROM {table} GROUP BY 1")  # noqa: S608
    return {int.from_bytes(n, "big") if isinstance(n, bytes) else int(n): count for n, count in store.read(query)}


@pytest.mark.usefixtures("no_embedded_engine")
def test_kill_9_under_load_loses_nothing_acknowledged_and_leaves_nothing_half_there(tmp_path: Path, clock: ManualClock):
    acknowledged: set[int] = set()
    first = 0
    for kill in range(KILLS):
        with writer(tmp_path, first) as process:
            first_said = acknowledged_first(process)
            time.sleep(0.05 + 0.07 * kill)  # in the middle of some commit
            process.send_signal(signal.SIGKILL)
            said = [int(line) for line in (first_said, *lines_until_the_end(process))]
        acknowledged |= set(said)
        first = max(said) + 1000  # beyond whatever was under way

    store = open_store(f"chdb://{tmp_path}", clock=clock)
    try:
        found = {definition.name: rows_per_batch(store, definition.name) for definition in definitions()}
    finally:
        store.close()
    for table, batches in found.items():
        assert acknowledged - batches.keys() == set(), table
        assert {number: rows for number, rows in batches.items() if rows != SIZE} == {}, table
    for earlier, later in pairwise(found):  # one commit writes its tables in this order: locations before segments
        assert found[later].keys() - found[earlier].keys() == set(), (earlier, later)


@pytest.mark.usefixtures("no_embedded_engine")
def test_a_killed_process_leaves_no_files_behind(tmp_path: Path, clock: ManualClock):
    with writer(tmp_path, 0) as process:
        acknowledged_first(process)
        process.send_signal(signal.SIGKILL)
    (tmp_path / "incoming" / "left.arrow").write_bytes(b"half")
    open_store(f"chdb://{tmp_path}", clock=clock).close()
    assert list((tmp_path / "incoming").iterdir()) == []


@pytest.mark.usefixtures("no_embedded_engine")
def test_sigterm_drains_and_closes_cleanly(tmp_path: Path, clock: ManualClock):
    with writer(tmp_path, 0) as process:
        first = acknowledged_first(process)
        process.send_signal(signal.SIGTERM)
        *said, last = lines_until_the_end(process)
        assert process.wait(timeout=30) == 0
    assert last == "closed"
    store = open_store(f"chdb://{tmp_path}", clock=clock)
    try:
        assert rows_per_batch(store, "segments") == {int(number): SIZE for number in (first, *said)}
    finally:
        store.close()


@pytest.mark.usefixtures("no_embedded_engine")
def test_a_second_process_on_the_same_folder_is_refused_and_harms_nothing(tmp_path: Path):
    with writer(tmp_path, 0) as process:
        command = [sys.executable, "-m", "store.writer_process", str(tmp_path), "0", "1"]
        second = subprocess.run(command, cwd=TESTS, capture_output=True, text=True, check=False)
        assert second.returncode != 0
        assert "StoreUnavailable" in second.stderr
        process.send_signal(signal.SIGTERM)
        assert lines_until_the_end(process)[-1] == "closed"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 96 MB, which only root can mount."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", str(disk)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small disk here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("room", [0, 300_000], ids=["no room at all", "room for the rows but not for their part"])
@pytest.mark.usefixtures("no_embedded_engine")
async def test_a_full_disk_is_said_so_and_writing_goes_on_when_there_is_room(
    small_disk: Path, clock: ManualClock, room: int
):
    store = open_store(f"chdb://{small_disk / 'store'}", clock=clock)
    try:
        await store.append_many(batch(1, SIZE))
        ballast = fill(small_disk, room)
        with pytest.raises(StoreFull):
            await write_on(store)
        assert rows_per_batch(store, "segments")[1] == SIZE
        ballast.unlink()
        await store.append_many(batch(100, SIZE))
        whole = rows_per_batch(store, "segments")
        assert whole[100] == SIZE
        assert set(whole.values()) <= {SIZE, 200}
    finally:
        store.close()


async def write_on(store: Store) -> None:
    for number in range(2, 100):
        await store.append_many(batch(number, 200))


def fill(disk: Path, room: int) -> Path:
    """Write a file until the disk takes no more, then make it smaller again by ``room``."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"\0" * 65_536):
            pass
    os.truncate(ballast, ballast.stat().st_size - room)
    return ballast


async def test_acknowledged_rows_were_synced_to_the_disk(store: Store):
    def synced() -> dict[str, int]:
        names = "'FileSync', 'DirectorySync'"
        return dict(store.read(Sql(f"SELECT event, toInt64(value) FROM system.events WHERE event IN ({names})")))  # noqa: S608

    await store.append("segments", some_segments(1))
    before = synced()
    await asyncio.gather(*(store.append("segments", some_segments(10)) for _ in range(3)))
    after = synced()
    assert after["FileSync"] > before["FileSync"]
    assert after["DirectorySync"] > before["DirectorySync"]
