"""How our own verbs find the server and its key, and what they say when they cannot."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from skylens.cli.env import CA_BUNDLE, environment
from skylens.client import ApiError, Client, Unreachable, connect

PortOption = Annotated[
    int | None, typer.Option(help="The server's port on this machine; by default what the environment or settings say.")
]
DataOption = Annotated[Path | None, typer.Option(help="The server's data folder, where its root key is.")]

FROM_SHELL = ("AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


@contextmanager
def connected(port: int | None, data: Path | None) -> Iterator[Client]:
    """Yield a client; what goes wrong with the server is said in one line, and the exit code is 1."""
    complaint = Console(stderr=True)
    try:
        yield connect(known_environment(port, data))
    except Unreachable as error:
        complaint.print(f"[red]{error}[/]\nStart the server with [bold]skylens up[/].", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from error
    except ApiError as error:
        complaint.print(f"[red]{error.code}[/]: {escape(error.message)}", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from error


def known_environment(port: int | None, data: Path | None) -> dict[str, str]:
    """Return endpoint and key: those of the shell where they are all set and no flag was given, else the server's own."""
    if port is None and data is None and all(os.environ.get(name) for name in FROM_SHELL):
        names = (*FROM_SHELL, "AWS_SESSION_TOKEN", "AWS_XRAY_DAEMON_ADDRESS", CA_BUNDLE)
        return {name: os.environ[name] for name in names if name in os.environ}
    return environment(port=port, data=data)
