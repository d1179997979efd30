"""The console in a headless Chromium: the map's first paint and changes of view with the demo's data, traces of a large store."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.query import filled
from bench.server import SKYLENS, Server, free_port, running

ROOT = Path(__file__).parents[1]
BUILT = ROOT / "server" / "src" / "skylens" / "console" / "static" / "index.html"
SCRIPT = ROOT / "console" / "e2e" / "speed.ts"
# What the script ends with where it finds no Chromium.
NO_BROWSER = 3
PATIENCE_SECONDS = 600
# At the demo's own four requests a second; the map and the traces show the last quarter of an hour.
DEMO_SECONDS = 60


def measure(segments: int, report: Callable[[str], None], stores: Path | None = None) -> dict[str, float]:
    """Return milliseconds of the console's views, by name; nothing, with the reason told, where they cannot be looked at."""
    node = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    if reason := _missing(node):
        report(f"the console is left out: {reason}")
        return {}
    with tempfile.TemporaryDirectory(prefix="skylens-bench-") as folder:
        figures = _with_the_demo(str(node), report, Path(folder) / "demo")
        if not figures:
            return {}
        large = stores / str(segments) if stores else Path(folder) / str(segments)
        newest, _ = filled(large, segments)
        with running(large):
            return figures | _run(str(node), report, "store", str(large), str(newest))


def _with_the_demo(node: str, report: Callable[[str], None], data: Path) -> dict[str, float]:
    data.mkdir()
    address = f"127.0.0.1:{free_port()}"
    with running(data, daemon_address=address) as server:
        if reason := _demo(server, data, address):
            report(f"the console is left out: the demo did not run: {reason}")
            return {}
        return _run(node, report, "views", str(data))


def _demo(server: Server, data: Path, address: str) -> str:
    """Let the demo's shop send its traffic; return why it did not."""
    flags = ["--port", str(server.port), "--data", str(data), "--daemon-address", address]
    command = [*SKYLENS, "demo", *flags, "--seconds", str(DEMO_SECONDS)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    return "" if done.returncode == 0 else (done.stderr or done.stdout).strip()[-3000:]


def _missing(node: str | None) -> str:
    if node is None:
        return "no Node.js"
    if not BUILT.exists():
        return "it is not built (make console)"
    if not (ROOT / "console" / "node_modules" / "playwright-core").exists():
        return "its tools are not installed (make console)"
    return ""


def _run(node: str, report: Callable[[str], None], *words: str) -> dict[str, float]:
    command = [node, "--disable-warning=ExperimentalWarning", str(SCRIPT), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    if done.returncode == NO_BROWSER:
        report(done.stderr.strip())
        return {}
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr[-3000:]}")
    return {name: float(figure) for name, figure in json.loads(done.stdout).items()}
