"""aws-xray-sdk for Node with Express, unmodified, through the daemon's UDP port."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from documents import read

SEARCH = os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])


def test_express_with_a_call_in_it(skylens, xray, node_modules, eventually):
    node = shutil.which("node", path=SEARCH)
    done = subprocess.run(
        [node, node_modules.parent / "app.js"],
        env=skylens.shell(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    trace_id = done.stdout.strip().splitlines()[-1]
    eventually(lambda: xray.batch_get_traces(TraceIds=[trace_id])["Traces"])
    (segment,) = [d for d in read(xray, trace_id).values() if not d.get("inferred")]
    assert (segment["name"], segment["fault"]) == ("node-front", True)
    assert segment["http"]["response"]["status"] == 503
    assert segment["annotations"] == {"language": "node"}
    assert segment["subsegments"][0]["namespace"] == "remote"
    assert not {"notTraced", "noOp", "counter", "additionalTraceData"} & set(segment)
