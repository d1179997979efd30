"""The console in a headless Chromium: the map's first paint, changes of view, and traces of a large store."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.query import filled
from bench.server import running

ROOT = Path(__file__).parents[1]
BUILT = ROOT / "server" / "src" / "skylens" / "console" / "static" / "index.html"
SCRIPT = ROOT / "console" / "e2e" / "speed.ts"
# What the script ends with where it finds no Chromium.
NO_BROWSER = 3
PATIENCE_SECONDS = 600


def measure(segments: int, report: Callable[[str], None], stores: Path | None = None) -> dict[str, float]:
    """Return milliseconds of the console's views, by name; nothing, with the reason told, where they cannot be looked at."""
    node = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    if reason := _missing(node):
        report(f"the console is left out: {reason}")
        return {}
    with tempfile.TemporaryDirectory(prefix="skylens-bench-") as folder:
        data = Path(folder) / "shop"
        data.mkdir()
        with running(data):
            figures = _run(str(node), report, "shop", str(data))
        if not figures:
            return {}
        large = stores / str(segments) if stores else Path(folder) / str(segments)
        newest, _ = filled(large, segments)
        with running(large):
            return figures | _run(str(node), report, "store", str(large), str(newest))


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
