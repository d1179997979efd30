"""The control database beside a server that may be running: SQLite and PostgreSQL let several processes write."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer
from rich.console import Console
from sqlalchemy.engine import make_url

from skylens.store.control import open_control

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skylens.config import Settings
    from skylens.store.control import Control


@contextmanager
def opened(settings: Settings) -> Iterator[Control | None]:
    """Give the control database of these settings, or None where nothing was ever kept there."""
    url = make_url(settings.state_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        yield None
        return
    control = open_control(settings.state_url, settings.data)
    try:
        yield control
    finally:
        control.close()


@contextmanager
def existing(settings: Settings) -> Iterator[Control]:
    """Give the control database, or end the program where there is none; what IAM refuses ends it too, in IAM's words."""
    with opened(settings) as control:
        if control is None:
            refuse(f"Nothing is kept in {settings.data} yet: start `skylens up` on it first.")
        try:
            yield control
        except (LookupError, ValueError) as error:
            refuse(str(error))


def refuse(complaint: str) -> NoReturn:
    """Say what is wrong and end the program."""
    Console(stderr=True).print(complaint, style="red", highlight=False, markup=False, soft_wrap=True)
    raise typer.Exit(1)
