"""`skylens env`: what a shell exports so that AWS clients use this server."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from skylens.cli import running
from skylens.cli.settings import Chosen, chosen, with_settings
from skylens.cli.state import opened, refuse
from skylens.config import Settings
from skylens.gateway.certificate import CertificateUnusable, ca_bundle_of
from skylens.gateway.endpoint import endpoint_of
from skylens.iam.access_keys import AccessKey, root_key

if TYPE_CHECKING:
    from skylens.cli.running import Note

CA_BUNDLE = "AWS_CA_BUNDLE"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server is, and the file of the authority that clients must trust ("": what the machine trusts will do)."""

    endpoint: str
    ca_bundle: str


@with_settings("host", "port", "daemon_address", "account", "region", "data", "state", "tls_certificate", "tls_ca")
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
    settings, found = place_of(given)
    note = running.read(settings.data)
    daemon = note.daemon_address if note and "daemon_address" not in given else settings.daemon_address
    key = _root_key(settings)
    names = {
        "AWS_ENDPOINT_URL": found.endpoint,
        "AWS_REGION": settings.region,
        "AWS_DEFAULT_REGION": settings.region,
        "AWS_ACCESS_KEY_ID": key.access_key_id,
        "AWS_SECRET_ACCESS_KEY": key.secret,
    }
    daemon_address = {"AWS_XRAY_DAEMON_ADDRESS": daemon} if daemon not in {"", "off"} else {}
    return names | daemon_address | ({CA_BUNDLE: found.ca_bundle} if found.ca_bundle else {})


def place_of(given: Chosen) -> tuple[Settings, Place]:
    """Return settings and place; what nobody chose is taken from the server that runs on the data, if one does."""
    note = running.read(Settings(**given).data)
    of_server: Chosen = {"region": note.region, "account": note.account} if note else {}
    settings = Settings(**of_server | given)
    if note and not _is_elsewhere(given, note):
        return settings, Place(note.endpoint, note.ca_bundle)
    try:
        return settings, Place(endpoint_of(settings, settings.port), ca_bundle_of(settings))
    except CertificateUnusable as error:
        refuse(str(error))


def _is_elsewhere(given: Chosen, note: Note) -> bool:
    """Whether another server is asked for than the one that left the note."""
    return "host" in given or given.get("port", urlsplit(note.endpoint).port) != urlsplit(note.endpoint).port


def _root_key(settings: Settings) -> AccessKey:
    with opened(settings) as control:
        key = root_key(control, settings.account) if control else None
    if key is None:
        refuse(f"There is no account {settings.account} in {settings.data}: start `skylens up` on it first.")
    return key
