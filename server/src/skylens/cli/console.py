"""`skylens console`: an address that signs a browser in to the console, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from skylens.caller import root_of
from skylens.cli.env import place_of
from skylens.cli.settings import Chosen, chosen, with_settings
from skylens.cli.state import existing, refuse
from skylens.clock import SystemClock
from skylens.config import Settings
from skylens.console import sessions, sign_in_tokens
from skylens.iam import access_keys, accounts, named
from skylens.iam.users import User
from skylens.ids import RandomIds

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from skylens.caller import Principal


@with_settings("host", "port", "account", "data", "state", "tls_certificate")
def console(
    given: Chosen,
    *,
    user: Annotated[
        str, typer.Option("--user", help="Name of a user; without it the account's root user is meant.")
    ] = "",
    sign_out: Annotated[bool, typer.Option("--sign-out", help="Sign all browsers of the account out instead.")] = False,
) -> None:
    """Print an address that signs a browser in to the console, once, within ten minutes."""
    if sign_out:
        _sign_out(Settings(**given))
    else:
        print(_sign_in_url(given, user))


def sign_in_url(**flags: object) -> str:
    """Return an address that signs the root user in, for the settings given (None: not given)."""
    return _sign_in_url(chosen(**flags), "")


def _sign_in_url(given: Chosen, user: str) -> str:
    settings, place = place_of(given)
    with existing(settings) as control, control.begin() as connection:
        principal = _principal(connection, settings, user)
        keys = [key for key in access_keys.of(connection, control.secrets, principal) if key.is_active]
        if not keys:
            refuse(
                f"{principal.arn} has no active key, which a session would end with: `skylens keys create` makes one."
            )
        token = sign_in_tokens.create(connection, RandomIds(), keys[0], SystemClock().now())
    return f"{place.endpoint}{sign_in_tokens.path(token)}"


def _sign_out(settings: Settings) -> None:
    with existing(settings) as control, control.begin() as connection:
        ended = sessions.end_all(connection, accounts.get(connection, settings.account).number)
    Console().print(f"{ended} browser{'' if ended == 1 else 's'} signed out", highlight=False)


def _principal(connection: Connection, settings: Settings, user: str) -> Principal:
    account = accounts.get(connection, settings.account).number
    return named.get(connection, User, account, user).principal if user else root_of(account)
