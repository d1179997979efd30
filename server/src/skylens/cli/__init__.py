"""The command line: one file per verb, loaded when the verb is used, so that ``skylens --help`` answers at once."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

if TYPE_CHECKING:
    import typer._click as click

# verb: what it does. Its file is <verb>.py with a function of that name, or with an ``app`` where it has verbs of its own.
VERBS = {
    "up": "Start Skylens: the AWS endpoint, the X-Ray daemon and the workers.",
    "env": "Print what a shell exports to use it.",
    "console": "Print an address that signs a browser in to the console.",
    "demo": "Run a small shop of several services that sends real traffic.",
    "traces": "List traces, or show one as a waterfall.",
    "audit": "Who did that? List the calls on record, or show one.",
    "doctor": "Check the server, the credentials, the daemon and a trace's way through them.",
    "accounts": "List the accounts, make one, name one, say how long one keeps its traces.",
    "keys": "List, make, stop and delete access keys.",
    "operations": "List the AWS operations that are answered, and why others are not.",
    "migrate": "Bring the databases to this release's schema.",
}


class Verbs(TyperGroup):
    """The verbs; only the one that is used is loaded."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # typer asks so
        """Return the verbs in the order of the table."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # typer asks so
        """Return what the help needs of a verb."""
        return TyperCommand(cmd_name, help=VERBS[cmd_name]) if cmd_name in VERBS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the verb itself, to be run."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, load(name) if name and command else command, rest


def load(verb: str) -> click.Command:
    """Return a verb's command from its file."""
    module = import_module(f"skylens.cli.{verb}")
    app = getattr(module, "app", None)
    if app is None:
        app = typer.Typer(add_completion=False)
        app.command(verb)(getattr(module, verb))
    command = get_command(app)
    command.name = verb
    return command


program = typer.Typer(name="skylens", cls=Verbs, no_args_is_help=True, pretty_exceptions_enable=False)


@program.callback()
def skylens() -> None:
    """X-Ray, CloudTrail and CloudWatch on your own machine, for the AWS clients you have."""


def main() -> None:
    """Run the command line."""
    program()
