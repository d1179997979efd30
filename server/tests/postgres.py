"""A PostgreSQL server for the tests, where one can be started; where not, the test that asks for it says why it skips."""

import glob
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ports import free_port

BINARIES = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))  # noqa: PTH207  # a pattern of the whole machine


@contextmanager
def running_postgres() -> Iterator[str]:
    """Start a server on a free port, with an empty data folder, and return its URL without a database."""
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
        try:
            yield f"postgresql://skylens@127.0.0.1:{port}"
        finally:
            run("pg_ctl", "-m", "immediate", "stop")


def unprivileged() -> dict[str, int]:
    """Return whom PostgreSQL's programs run as: anybody but root, whom they refuse."""
    if os.geteuid() != 0:
        return {}
    user = next((entry for entry in pwd.getpwall() if entry.pw_name in ("postgres", "nobody")), None)
    if user is None:
        pytest.skip("PostgreSQL does not run as root and there is no user postgres or nobody")
    return {"user": user.pw_uid, "group": user.pw_gid}
