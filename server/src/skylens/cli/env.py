"""`skylens env`: what a shell exports so that AWS clients use this server."""

from __future__ import annotations

import json
import shlex
from typing import Annotated, Any

import typer

from skylens.cli import running
from skylens.cli.settings import Chosen, chosen, with_settings
from skylens.cli.state import opened, refuse
from skylens.config import Settings
from skylens.iam.access_keys import AccessKey, root_key

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # what listens on all is reached on loopback


@with_settings("host", "port", "daemon_address", "account", "region", "data", "state")
def env(
    given: Chosen, *, as_json: Annotated[bool, typer.Option("--json", help="Print them as a JSON object.")] = False
) -> None:
    """Print exports for the shell: eval "$(skylens env)"."""
    names = _environment(given)
    if as_json:
        print(json.dumps(names, indent=2))
    else:
        print("\n".join(f"export {name}={shlex.quote(value)}" for name, value in names.items()))


def environment(**flags: Any) -> dict[str, str]:
    """Return the variables for the settings given (None: not given); ends the program where there is no account yet."""
    return _environment(chosen(**flags))


def _environment(given: Chosen) -> dict[str, str]:
    settings, endpoint = endpoint_of(given)
    note = running.read(settings.data)
    daemon = note.daemon_address if note and "daemon_address" not in given else settings.daemon_address
    key = _root_key(settings)
    names = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": settings.region,
        "AWS_DEFAULT_REGION": settings.region,
        "AWS_ACCESS_KEY_ID": key.access_key_id,
        "AWS_SECRET_ACCESS_KEY": key.secret,
    }
    return names | ({"AWS_XRAY_DAEMON_ADDRESS": daemon} if daemon not in {"", "off"} else {})


def endpoint_of(given: Chosen) -> tuple[Settings, str]:
    """Return settings and address; those that nobody chose are taken from the server that runs on the data, if one does."""
    note = running.read(Settings(**given).data)
    of_server: Chosen = {"region": note.region, "account": note.account} if note else {}
    settings = Settings(**of_server | given)
    is_elsewhere = "host" in given or "port" in given
    return settings, note.endpoint if note and not is_elsewhere else f"http://{_authority(settings)}"


def _authority(settings: Settings) -> str:
    host = _EVERYWHERE.get(settings.host, settings.host)
    return f"[{host}]:{settings.port}" if ":" in host else f"{host}:{settings.port}"


def _root_key(settings: Settings) -> AccessKey:
    with opened(settings) as control:
        key = root_key(control, settings.account) if control else None
    if key is None:
        refuse(f"There is no account {settings.account} in {settings.data}: start `skylens up` on it first.")
    return key
