"""`skylens accounts`: list the accounts of this installation, make one, give one another name or retention."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from skylens.cli.settings import Chosen, with_settings
from skylens.cli.state import existing, refuse
from skylens.clock import SystemClock
from skylens.config import Settings
from skylens.iam import access_keys, accounts
from skylens.ids import RandomIds
from skylens.store.retention import retentions, set_retention

if TYPE_CHECKING:
    from skylens.iam.access_keys import AccessKey
    from skylens.iam.accounts import Account

app = typer.Typer(
    add_completion=False,
    help="List the accounts, make one, name one, say how long one keeps its traces.",
    no_args_is_help=True,
)

DEFAULT = "default"
LONGEST_RETENTION = 3_653  # ten years, as event data stores

JsonOption = Annotated[bool, typer.Option("--json", help="Print them as JSON.")]
NumberArgument = Annotated[str, typer.Argument(help="The account: twelve digits.")]


@app.command("list")
@with_settings("data", "state")
def list_accounts(given: Chosen, *, as_json: JsonOption = False) -> None:
    """List the accounts by number."""
    with existing(Settings(**given)) as control:
        with control.read() as connection:
            found = accounts.everything(connection)
        days = retentions(control)
    if as_json:
        documents = [_document(account) | {"retention_days": days.get(account.number)} for account in found]
        print(json.dumps(documents, indent=2))
        return
    table = Table(box=None, header_style="dim")
    for heading in ("account", "name", "alias", "created", "keeps"):
        table.add_column(heading)
    for account in found:
        created = f"{account.created_at:%Y-%m-%d %H:%M}"
        table.add_row(account.number, escape(account.name), account.alias, created, _kept(days.get(account.number)))
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


@app.command("retention")
@with_settings("data", "state")
def retention(
    given: Chosen,
    number: NumberArgument,
    days: Annotated[str, typer.Argument(help="For how many days, or default: what `skylens up` was told.")],
) -> None:
    """Say for how many days an account keeps its traces; what is older goes within the hour and does not come back."""
    kept = None if days == DEFAULT else _days(days)
    with existing(Settings(**given)) as control:
        with control.read() as connection:
            accounts.get(connection, number)
        set_retention(control, number, kept)
    Console().print(f"account {number} keeps its traces for {_kept(kept)}", highlight=False)


def _days(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= LONGEST_RETENTION):
        refuse(f"A retention is 1 to {LONGEST_RETENTION} days, or {DEFAULT}, not {text!r}.")
    return int(text)


def _kept(days: int | None) -> str:
    if days is None:
        return "the server's time"
    return f"{days} day" if days == 1 else f"{days} days"


def _document(account: Account) -> dict[str, Any]:
    return {
        "account": account.number,
        "name": account.name,
        "alias": account.alias,
        "created": account.created_at.isoformat(),
    }


def _secret(key: AccessKey) -> dict[str, Any]:
    return {"access_key_id": key.access_key_id, "secret_access_key": key.secret}
