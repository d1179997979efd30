"""Control tests run on SQLite and on a PostgreSQL server of their own, where one can be started."""

import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from skylens.store.control import Control, open_control

BINARIES = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))  # noqa: PTH207  # a pattern of the whole machine


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def unprivileged() -> dict[str, int]:
    """Return whom PostgreSQL's programs run as: anybody but root, whom they refuse."""
    if os.geteuid() != 0:
        return {}
    user = next((entry for entry in pwd.getpwall() if entry.pw_name in ("postgres", "nobody")), None)
    if user is None:
        pytest.skip("PostgreSQL does not run as root and there is no user postgres or nobody")
    return {"user": user.pw_uid, "group": user.pw_gid}


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server that lives as long as the tests."""
    found = shutil.which("initdb") or (BINARIES[-1] if BINARIES else None)
    if found is None:
        pytest.skip("no PostgreSQL on this machine (apt-get install postgresql)")
    programs, owner = Path(found).parent, unprivileged()
    with tempfile.TemporaryDirectory(prefix="skylens-pg-") as folder:
        Path(folder).chmod(0o777)

        def run(program: str, *arguments: str) -> None:
            command = [programs / program, "-D", f"{folder}/data", *arguments]
            subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=True, **owner)  # type: ignore[call-overload]

        run("initdb", "-A", "trust", "-U", "skylens", "-E", "UTF8")
        port = free_port()
        run("pg_ctl", "-w", "-o", f"-p {port} -h 127.0.0.1 -k {folder} -F", "-l", f"{folder}/log", "start")
        yield f"postgresql://skylens@127.0.0.1:{port}"
        run("pg_ctl", "-m", "immediate", "stop")


@pytest.fixture(params=["sqlite", "postgresql"])
def control_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'state.sqlite'}"
        return
    server = request.getfixturevalue("postgres_server")
    admin = create_engine(
        f"{server.replace('postgresql:', 'postgresql+psycopg:')}/postgres", isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS skylens_test WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE skylens_test"))
    yield f"{server}/skylens_test"
    admin.dispose()


@pytest.fixture
def control(control_url: str, tmp_path: Path) -> Iterator[Control]:
    opened = open_control(control_url, tmp_path)
    yield opened
    opened.close()
