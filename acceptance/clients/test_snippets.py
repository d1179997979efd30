"""The very lines that the console shows under Get started: run where this machine can, read by what reads them otherwise."""

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from ports import free_port

from skylens_daemon import config

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "console" / "src" / "model" / "snippets.ts"
HERE = Path(__file__).parent
SEARCH = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
TELL = "import(process.argv[1]).then((m) => console.log(JSON.stringify(m.snippetsFor(JSON.parse(process.argv[2])))))"
GO_PROGRAM = """package main

import (
    "net/http"

    "github.com/aws/aws-xray-sdk-go/xray"
)

func main() {{
{lines}
}}
"""
JAVA_PROGRAM = """import com.amazonaws.xray.AWSXRay;

public class Shop {{
    static void handle(String number) {{}}

    public static void main(String[] words) throws InterruptedException {{
        String number = words[0];
{lines}
        Thread.sleep(500); // the emitter's datagram leaves
    }}
}}
"""


@pytest.fixture(scope="module")
def snippets(skylens):
    """Return the lines by id, for the running server."""
    node = shutil.which("node", path=SEARCH)
    if node is None:
        pytest.skip("no Node.js to read the console's sources with")
    place = {"endpoint": skylens.endpoint, "region": "us-east-1", "daemon": skylens.daemon_address}
    command = [node, "--experimental-strip-types", "--no-warnings", "-e", TELL, str(SOURCE), json.dumps(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {snippet["id"]: snippet["lines"] for snippet in json.loads(done.stdout)}


@contextmanager
def serving(command: list[str | Path], folder: Path, **environment: str) -> Iterator[None]:
    """Run a program while the test does; it knows of Skylens only what its lines say."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SKYLENS_"))}
    with (folder / "log").open("wb") as log:
        # In a session of its own: PyPI's node is a program that starts Node.js and would leave it behind.
        program = subprocess.Popen(
            command, cwd=folder, env=bare | environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield
    finally:
        os.killpg(program.pid, signal.SIGTERM)
        program.wait(20)


def traced(xray: object, eventually: Callable[..., object], address: str, annotation: str) -> None:
    """Ask a service until its trace with the annotation is there: its first request is always sampled."""

    def asked() -> bool:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                answer.read()
        except OSError:
            return False  # it has not started yet
        return True

    eventually(asked, seconds=40)
    eventually(lambda: found(xray, annotation))


def found(xray: object, order: str) -> list[object]:
    """Return summaries of the shop's traces with this order."""
    now = datetime.now(UTC)
    expression = f'service("shop") AND annotation.order = "{order}"'
    window = {"StartTime": now - timedelta(minutes=5), "EndTime": now + timedelta(seconds=5)}
    return xray.get_trace_summaries(FilterExpression=expression, **window)["TraceSummaries"]  # type: ignore[attr-defined]


def test_python(snippets, xray, tmp_path, eventually):
    (tmp_path / "shop.py").write_text(snippets["python"])
    port = str(free_port())
    flask = [sys.executable, "-m", "flask", "--app", "shop", "run", "--port", port]
    with serving(flask, tmp_path):
        traced(xray, eventually, f"http://127.0.0.1:{port}/orders/python-7", "python-7")


def test_node(snippets, xray, node_modules, tmp_path, eventually):
    port = str(free_port())
    assert "app.listen(3000)" in snippets["node"]
    (tmp_path / "app.js").write_text(snippets["node"].replace("app.listen(3000)", f"app.listen({port})"))
    (tmp_path / "node_modules").symlink_to(node_modules)
    with serving([shutil.which("node", path=SEARCH), "app.js"], tmp_path):
        traced(xray, eventually, f"http://127.0.0.1:{port}/orders/node-7", "node-7")


def test_go(snippets, xray, tmp_path, eventually):
    go = shutil.which("go")
    if go is None:
        pytest.skip("no Go toolchain on this machine")
    shutil.copytree(HERE / "go_app", tmp_path / "shop")
    port = str(free_port())
    assert '":4000"' in snippets["go"]
    lines = snippets["go"].replace('":4000"', f'"127.0.0.1:{port}"')
    (tmp_path / "shop" / "main.go").write_text(GO_PROGRAM.format(lines=lines))
    subprocess.run([go, "build", "-o", tmp_path / "program", "."], cwd=tmp_path / "shop", check=True, timeout=280)
    with serving([tmp_path / "program"], tmp_path):
        traced(xray, eventually, f"http://127.0.0.1:{port}/go-7", "/go-7")


def test_java(snippets, skylens, xray, tmp_path, eventually):
    jars = os.environ.get("SKYLENS_TEST_JAVA_JARS")
    if not jars or shutil.which("javac") is None:
        pytest.skip("SKYLENS_TEST_JAVA_JARS names no folder with aws-xray-recorder-sdk-core, or there is no javac")
    lines = snippets["java"].replace("import com.amazonaws.xray.AWSXRay;\n", "")
    (tmp_path / "Shop.java").write_text(JAVA_PROGRAM.format(lines=textwrap.indent(lines, "        ")))
    path = os.pathsep.join([f"{jars}/*", "."])
    subprocess.run(["javac", "-cp", path, "Shop.java"], cwd=tmp_path, check=True, timeout=120)
    daemon = {"AWS_XRAY_DAEMON_ADDRESS": skylens.daemon_address}
    command = ["java", "-cp", path, "Shop", "java-7"]
    subprocess.run(command, cwd=tmp_path, env=os.environ | daemon, check=True, timeout=60)
    eventually(lambda: found(xray, "java-7"))


def test_boto3(snippets, skylens, tmp_path):
    (tmp_path / "report.py").write_text(snippets["boto3"])
    command = [sys.executable, "report.py"]
    done = subprocess.run(command, cwd=tmp_path, env=skylens.shell(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "'UnprocessedTraceSegments': []" in done.stdout


def test_the_daemon_reads_its_configuration(snippets, skylens, tmp_path):
    written = tmp_path / "cfg.yaml"
    written.write_text(snippets["ecs"])
    read, warnings = config.load(["--config", str(written)], {})
    assert warnings == ()
    assert (read.endpoint, read.region, read.local_mode) == (skylens.endpoint, "us-east-1", True)


def test_elastic_beanstalk_writes_what_the_daemon_reads(snippets, skylens, tmp_path):
    extension = yaml.safe_load(snippets["beanstalk"])
    written = tmp_path / "cfg.yaml"
    written.write_text(extension["files"]["/etc/amazon/xray/cfg.yaml"]["content"])
    read, warnings = config.load(["--config", str(written)], {})
    assert (read.endpoint, warnings) == (skylens.endpoint, ())
    assert extension["container_commands"]["01-daemon"]["command"] == "systemctl restart xray"


@pytest.mark.parametrize("name", ["otel", "lambda"])
def test_a_collectors_configuration_leads_its_spans_here(snippets, skylens, name):
    collector = yaml.safe_load(snippets[name])
    exporter = collector["exporters"]["awsxray"]
    assert (exporter["endpoint"], exporter["region"]) == (skylens.endpoint, "us-east-1")
    (pipeline,) = collector["service"]["pipelines"].values()
    assert set(pipeline["receivers"]) <= set(collector["receivers"])
    assert set(pipeline["exporters"]) <= set(collector["exporters"])
