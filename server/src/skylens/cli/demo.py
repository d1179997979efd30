"""`skylens demo`: a server, where none is running, and a shop of several services that sends it real traffic."""

import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live
from rich.table import Table

from skylens.cli.connection import DataOption
from skylens.cli.console import sign_in_url
from skylens.cli.env import Place, environment, place_of
from skylens.cli.settings import chosen
from skylens.cli.traces import newest, table
from skylens.client import ApiError, Unreachable, connect, open_url
from skylens.config import Settings
from skylens.console.world import is_built

START_SECONDS = 60
SHOWN_TRACES = 8


def demo(
    *,
    seconds: Annotated[int, typer.Option(help="Stop after so many seconds; 0 goes on until Ctrl-C.")] = 0,
    rate: Annotated[float, typer.Option(help="Requests a second.")] = 4,
    port: Annotated[int, typer.Option(envvar="SKYLENS_PORT", help="The server's port.")] = Settings().port,
    daemon_address: Annotated[
        str, typer.Option(envvar="SKYLENS_DAEMON_ADDRESS", help="Where the daemon listens.")
    ] = Settings().daemon_address,
    data: DataOption = None,
) -> None:
    """Run a small shop (six services in Python, one in Node.js) that sends traffic, until stopped."""
    from skylens.demo.shop import ShopError, open_shop
    from skylens.demo.traffic import Traffic

    # Also SIGTERM closes the shop and its server, and Ctrl-C where a shell that runs it in the background has it ignored.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)
    console = Console()
    folder = Settings(**chosen(data=data)).data
    try:
        with _server(console, port, folder, daemon_address) as names:
            shop_folder = folder / "demo"
            shop_folder.mkdir(parents=True, exist_ok=True)
            with console.status("opening the shop (the first time npm fetches the X-Ray SDK for Node)"):
                shop = open_shop(shop_folder, names)
            traffic = Traffic(shop.ports["storefront"], requests_per_second=rate)
            try:
                traffic.start()
                _invite(console, port, folder)
                _watch(console, traffic.outcomes, names, seconds)
                if ended := shop.ended():
                    raise ShopError(f"{', '.join(ended)} ended; its last words are in {shop_folder / 'shop.log'}")
            finally:
                traffic.stop()
                shop.close()
    except ShopError as error:
        Console(stderr=True).print(f"[red]{error}[/]", highlight=False)
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        console.print("the shop is closed")


@contextmanager
def _server(console: Console, port: int, data: Path, daemon_address: str) -> Iterator[dict[str, str]]:
    """Yield the environment of the server that runs on the port; where none does, run one for as long as the demo."""
    chosen_here = chosen(port=port, data=data)
    if _is_ready(place_of(chosen_here)[1]):
        console.print(f"using the server on port {port}")
        yield environment(port=port, data=data, daemon_address=daemon_address)
        return
    command = [sys.executable, "-m", "skylens.cli", "up", "--port", str(port), "--data", str(data)]
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (data / "server.log").open("ab") as log:
        server = subprocess.Popen([*command, "--daemon-address", daemon_address], stdout=log, stderr=log)  # noqa: S603  # ourselves
    try:
        with console.status("starting Skylens"):
            _wait(server, place_of(chosen_here)[1], data / "server.log")
        yield environment(port=port, data=data, daemon_address=daemon_address)
    finally:
        server.terminate()
        server.wait()


def _wait(server: "subprocess.Popen[bytes]", place: Place, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _is_ready(place):
        if server.poll() is not None or time.monotonic() > deadline:
            last_words = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            Console(stderr=True).print(f"[red]the server did not start[/]\n{last_words}", highlight=False)
            raise typer.Exit(1)
        time.sleep(0.1)


def _is_ready(place: Place) -> bool:
    try:
        with open_url(f"{place.endpoint}/readyz", place.ca_bundle, 2) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004  # OK
    except OSError:
        return False


def _invite(console: Console, port: int, data: Path) -> None:
    flags = "" if (port, data) == (Settings().port, Settings().data) else f" --port {port} --data {data}"
    console.print("\nThe shop is open.\n", highlight=False)
    if is_built():
        address = sign_in_url(port=port, data=data)
        console.print(f"  the console: [bold]{address}[/]\n", highlight=False, soft_wrap=True)
    console.print("In another terminal:\n", highlight=False)
    for line in (
        f'eval "$({_program("skylens")} env{flags})"',
        f"{_program('skylens')} traces --filter 'fault OR duration > 1'",
        f"{_program('aws')} xray get-service-graph --start-time $(($(date +%s)-600)) --end-time $(date +%s)",
    ):
        console.print(f"  {line}", style="bold", highlight=False, soft_wrap=True)
    console.print("\nCtrl-C closes it.\n", style="dim")


def _program(name: str) -> str:
    """Return how a user in this folder calls a program: by its name, or by its place in the virtual environment."""
    beside = Path(sys.executable).with_name(name)
    if shutil.which(name) or not beside.exists():
        return name
    return str(beside.relative_to(Path.cwd())) if beside.is_relative_to(Path.cwd()) else str(beside)


def _watch(console: Console, outcomes: Counter[str], names: dict[str, str], seconds: int) -> None:
    """Show what happens until the time is over or the user has seen enough."""
    client = connect(names)
    deadline = time.monotonic() + seconds if seconds else float("inf")
    with Live(console=console, refresh_per_second=2, transient=not console.is_terminal) as live:
        while (left := deadline - time.monotonic()) > 0:
            view = Table.grid(padding=(0, 1))
            counts = "  ".join(f"{outcome} {count}" for outcome, count in sorted(outcomes.items()))
            view.add_row(f"[bold]{outcomes.total()}[/] requests  {counts}")
            try:
                view.add_row(table(newest(client, "", 600, SHOWN_TRACES)))
            except (ApiError, Unreachable) as error:
                view.add_row(f"[red]{error}[/]")
            live.update(view)
            time.sleep(min(2.0, left))
