"""The note that a running server leaves in its data folder, so that other verbs find its port."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NAME = "running.json"


@dataclass(frozen=True, slots=True)
class Note:
    """Where a server is found, and the process it is."""

    endpoint: str
    daemon_address: str
    region: str
    account: str
    process: int
    ca_bundle: str = ""  # what clients must trust; "": what the machine trusts will do


@contextmanager
def noted(data: Path) -> Iterator[Path]:
    """Yield where to leave the note; it is gone when the server ends."""
    path = data / _NAME
    try:
        yield path
    finally:
        left = read(data)
        if left is not None and left.process == os.getpid():  # not that of another server on the same data
            path.unlink()


def leave(path: Path, note: Note) -> None:
    """Write the note, whole or not at all."""
    draft = path.with_suffix(".tmp")
    draft.write_text(json.dumps(asdict(note)), encoding="utf-8")
    draft.replace(path)


def read(data: Path) -> Note | None:
    """Return the note of a server that still runs on this machine."""
    try:
        note = Note(**json.loads((data / _NAME).read_text(encoding="utf-8")))
        os.kill(note.process, 0)
    except (FileNotFoundError, ProcessLookupError):
        return None
    except PermissionError:
        return note  # it runs as somebody else
    return note
