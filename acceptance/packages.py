"""Packages of PyPI that are clients of ours: each in an environment of its own, so that none of them chooses our versions."""

import subprocess
import sys
from pathlib import Path

import pytest

_PATIENCE_SECONDS = 240


def programs_of(package: str, folder: Path) -> Path:
    """Install a package into a folder and return the folder of its programs; skip the test where that cannot be done."""
    environment, uv = folder / "venv", str(Path(sys.executable).with_name("uv"))
    create = [uv, "venv", "--quiet", "--python", sys.executable, str(environment)]
    subprocess.run(create, check=True, timeout=_PATIENCE_SECONDS)
    install = [uv, "pip", "install", "--quiet", "--python", str(environment / "bin" / "python"), package]
    try:
        done = subprocess.run(install, capture_output=True, text=True, timeout=_PATIENCE_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip(f"{package} was not installed in {_PATIENCE_SECONDS} s")
    if done.returncode:
        pytest.skip(f"{package} cannot be installed here: {done.stderr[-200:]}")
    return environment / "bin"
