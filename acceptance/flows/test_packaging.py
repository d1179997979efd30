"""What users install has the console in it: the wheel, and the wheel that comes of the sdist."""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

SERVER = Path(__file__).parents[2] / "server"
INDEX = "skylens/console/static/index.html"


@pytest.fixture
def checkout(tmp_path):
    """A copy of server/ without the console's sources beside it."""
    copied = tmp_path / "checkout" / "server"
    shutil.copytree(SERVER, copied, ignore=shutil.ignore_patterns("static", "tests", "__pycache__", "demo"))
    return copied


def build(folder, *flags):
    uv = Path(sys.executable).with_name("uv")
    return subprocess.run([uv, "build", *flags], cwd=folder, capture_output=True, text=True, check=False)


def test_nothing_is_packed_without_the_console(checkout):
    done = build(checkout, "--wheel")
    assert done.returncode != 0
    assert "a package without the console is not built" in done.stderr
    assert not list(checkout.glob("dist/*.whl"))


def test_the_console_is_in_the_sdist_and_in_the_wheel_that_comes_of_it(checkout):
    assets = checkout / "src" / "skylens" / "console" / "static" / "assets"
    assets.mkdir(parents=True)
    (assets.parent / "index.html").write_text("<!doctype html>")
    (assets / "main-0a1b.js.br").write_bytes(b"brotli")
    done = build(checkout)
    assert done.returncode == 0, done.stderr
    [packed], [wheel] = checkout.glob("dist/*.tar.gz"), checkout.glob("dist/*.whl")
    with tarfile.open(packed) as file:
        assert any(name.endswith(f"src/{INDEX}") for name in file.getnames())
    with zipfile.ZipFile(wheel) as file:
        assert {INDEX, "skylens/console/static/assets/main-0a1b.js.br", "skylens/cli/console.py"} <= set(
            file.namelist()
        )
