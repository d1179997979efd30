"""The MCP server of AWS for CloudTrail, unmodified: an assistant asks it what happened, and it asks us."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

PACKAGE = "awslabs.cloudtrail-mcp-server"
PATIENCE_SECONDS = 240
# A client of the protocol over the server's standard streams, run in the server's own environment.
ASK = textwrap.dedent(
    """
    import json, subprocess, sys

    server = subprocess.Popen([sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def send(**message):
        server.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\\n")
        server.stdin.flush()

    def answer(number):
        for line in server.stdout:
            message = json.loads(line)
            if message.get("id") == number:
                return message["result"]

    about = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    send(id=1, method="initialize", params=about)
    answer(1)
    send(method="notifications/initialized")
    send(id=2, method="tools/call", params={"name": "lookup_events", "arguments": json.loads(sys.argv[2])})
    print(json.dumps(answer(2)))
    server.terminate()
    server.wait(20)
    """
)


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    """Install the server in an environment of its own; returns the folder of its programs."""
    folder, uv = tmp_path_factory.mktemp("mcp") / "venv", Path(sys.executable).with_name("uv")
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, folder], check=True, timeout=PATIENCE_SECONDS)
    install = [uv, "pip", "install", "--quiet", "--python", folder / "bin" / "python", PACKAGE]
    try:
        done = subprocess.run(install, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip(f"{PACKAGE} was not installed in {PATIENCE_SECONDS} s")
    if done.returncode:
        pytest.skip(f"{PACKAGE} cannot be installed here: {done.stderr[-200:]}")
    return folder / "bin"


@pytest.mark.waits_long
@pytest.mark.timeout(600)
def test_an_assistant_looks_events_up(skylens, xray, programs):
    xray.create_group(GroupName="asked-about", FilterExpression="fault")
    asked = {"attribute_key": "EventName", "attribute_value": "CreateGroup", "max_results": 50, "region": "us-east-1"}
    environment = skylens.shell() | {"AWS_ENDPOINT_URL": skylens.endpoint}
    command = [programs / "python", "-c", ASK, programs / PACKAGE, json.dumps(asked)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    result = json.loads(done.stdout)
    assert not result.get("isError"), result
    assert "asked-about" in result["content"][0]["text"]
