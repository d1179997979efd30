"""`skylens accounts`: list the accounts of this installation, make one, give one another name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from skylens.cli.settings import Chosen, with_settings
from skylens.cli.state import existing
from skylens.clock import SystemClock
from skylens.config import Settings
from skylens.iam import access_keys, accounts
from skylens.ids import RandomIds

if TYPE_CHECKING:
    from skylens.iam.access_keys import AccessKey
    from skylens.iam.accounts import Account

app = typer.Typer(help="List the accounts, make one, give one another name.", no_args_is_help=True)

JsonOption = Annotated[bool, typer.Option("--json", help="Print them as JSON.")]
NumberArgument = Annotated[str, typer.Argument(help="The account: twelve digits.")]


@app.command("list")
@with_settings("data", "state")
def list_accounts(given: Chosen, *, as_json: JsonOption = False) -> None:
    """List the accounts by number."""
    with existing(Settings(**given)) as control, control.read() as connection:
        found = accounts.everything(connection)
    if as_json:
        print(json.dumps([_document(account) for account in found], indent=2))
        return
    table = Table(box=None, header_style="dim")
    for heading in ("account", "name", "alias", "created"):
        table.add_column(heading)
    for account in found:
        table.add_row(account.number, escape(account.name), account.alias, f"{account.created_at:%Y-%m-%d %H:%M}")
    Console().print(table)


@app.command("create")
@with_settings("data", "state")
def create(
    given: Chosen,
    number: NumberArgument,
    *,
    name: Annotated[str, typer.Option(help="What people call it.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Make an account with a key of its root user, who may do anything in it and nothing elsewhere."""
    clock = SystemClock()
    with existing(Settings(**given)) as control:
        with control.begin() as connection:
            account = accounts.create(connection, number, name, clock.now())
        key = access_keys.ensure_root_key(control, number, ids=RandomIds(), clock=clock)
    if as_json:
        print(json.dumps(_document(account) | _secret(key), indent=2))
    else:
        console = Console()
        console.print(f"account {account.number} is there; its root user signs with", highlight=False)
        console.print(f"  {key.access_key_id}  {key.secret}", highlight=False)
        console.print(f'[dim]eval "$(skylens env --account {account.number})" uses it in this shell[/]')


@app.command("rename")
@with_settings("data", "state")
def rename(given: Chosen, number: NumberArgument, name: Annotated[str, typer.Argument(help="The new name.")]) -> None:
    """Give an account another name; the number stays."""
    with existing(Settings(**given)) as control, control.begin() as connection:
        accounts.rename(connection, number, name)


def _document(account: Account) -> dict[str, Any]:
    return {
        "account": account.number,
        "name": account.name,
        "alias": account.alias,
        "created": account.created_at.isoformat(),
    }


def _secret(key: AccessKey) -> dict[str, Any]:
    return {"access_key_id": key.access_key_id, "secret_access_key": key.secret}
