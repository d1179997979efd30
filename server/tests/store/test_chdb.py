"""The embedded engine: capped, closed properly, and at home in any folder."""

import subprocess
import sys
from pathlib import Path

import pytest
from store.rows_of_tests import some_segments

from skylens.clock import ManualClock
from skylens.sql import Param, Sql
from skylens.store import ReadLimits, StoreUnavailable, open_store
from skylens.store.chdb import CAPS, MERGES
from skylens.store.engine import Engine


def test_memory_and_caches_are_capped(embedded_engine: Engine):
    names = Param("Array(String)", list(CAPS))
    rows = embedded_engine.read(Sql("SELECT name, value FROM system.server_settings WHERE has(?, name)", (names,)))
    assert {name: int(value) for name, value in rows} == CAPS


def test_parts_are_merged_as_the_configuration_says(embedded_engine: Engine):
    names = Param("Array(String)", list(MERGES))
    rows = embedded_engine.read(Sql("SELECT name, value FROM system.merge_tree_settings WHERE has(?, name)", (names,)))
    assert {name: int(value) for name, value in rows} == MERGES


@pytest.mark.parametrize("threads", [1, 2])
def test_a_read_has_the_threads_that_its_limits_give_it(embedded_engine: Engine, threads: int):
    plan = Sql("EXPLAIN PIPELINE SELECT sum(number) FROM numbers_mt(1000000)")
    steps = [step for (step,) in embedded_engine.read(plan, ReadLimits(threads=threads))]
    assert any(step.endswith(" 2") for step in steps) == (threads == 2)


@pytest.mark.usefixtures("no_embedded_engine")
async def test_a_closed_folder_makes_room_for_another_and_can_be_opened_again(tmp_path: Path, clock: ManualClock):
    for name in ("it's 100% ü", "other", "it's 100% ü"):
        store = open_store(f"chdb://{tmp_path / name}", clock=clock)
        await store.append("segments", some_segments(1))
        count = store.read(Sql("SELECT count() FROM segments"))
        store.close()
    assert count == [(2,)]


@pytest.mark.usefixtures("no_embedded_engine")
async def test_after_closing_everything_says_closed(tmp_path: Path, clock: ManualClock):
    store = open_store(f"chdb://{tmp_path}", clock=clock)
    store.close()
    store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        store.read(Sql("SELECT 1"))
    with pytest.raises(StoreUnavailable, match="closed"):
        store.begin(Sql("SELECT 1"))
    with pytest.raises(StoreUnavailable, match="closing"):
        await store.append("segments", some_segments(1))


@pytest.mark.usefixtures("no_embedded_engine")
def test_a_folder_of_a_store_that_does_not_open_is_said_so(tmp_path: Path, clock: ManualClock):
    (tmp_path / "data").write_text("this is no folder")
    with pytest.raises(StoreUnavailable, match="does not open"):
        open_store(f"chdb://{tmp_path}", clock=clock)


def test_an_idle_store_holds_less_than_150_megabytes_of_its_own(tmp_path: Path):
    # Not the resident size: of the engine's library the kernel maps 210 to 320 MB, by how the file came into its cache.
    # Those pages are the kernel's to take back; the resident size of a whole server has its budget in bench/.
    program = f"""
import psutil
from skylens.clock import SystemClock
from skylens.store import open_store
store = open_store("chdb://{tmp_path}", clock=SystemClock())
memory = psutil.Process().memory_info()
print((memory.rss - memory.shared) // 1024 // 1024)
store.close()
"""
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(answer.stdout) < 150


@pytest.mark.parametrize("folder", ["/tmp/what?", "/tmp/a#b", "/tmp/a\\b", "relative"])  # noqa: S108  # never made
def test_a_folder_that_the_engine_would_misread_is_refused(clock: ManualClock, folder: str):
    with pytest.raises(ValueError, match="absolute path"):
        open_store(f"chdb://{folder}", clock=clock)


def test_another_kind_of_store_is_refused(clock: ManualClock):
    with pytest.raises(ValueError, match="chdb:///folder or clickhouse://"):
        open_store("mysql://host/db", clock=clock)
