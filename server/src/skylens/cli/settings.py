"""Settings on the command line: each is a flag and SKYLENS_<NAME> in the environment; the flag wins."""

from __future__ import annotations

import inspect
import os
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin, get_type_hints

import typer

from skylens.config import SETTING_NAMES, Settings

if TYPE_CHECKING:
    from collections.abc import Callable

HELP = {
    "host": "Address to listen on.",
    "port": "Port of the AWS endpoint; 0 takes a free one.",
    "daemon_address": "UDP and TCP address of the X-Ray daemon; off runs none.",
    "account": "Account of the first root key, twelve digits.",
    "region": "Region of the daemon, and of calls that name none.",
    "data": "Folder of everything that is kept.",
    "store": "Where telemetry is kept: chdb:///folder or clickhouse://user:password@host:port/database.",
    "state": "Where rules, groups and keys are kept: sqlite:///file or postgresql://user:password@host/database.",
    "tls_certificate": "File of the certificate, in PEM, its chain behind it: the endpoint then speaks TLS.",
    "tls_key": "File of the certificate's private key, in PEM.",
    "tls_ca": "File of the authority that clients must trust, for a certificate of a private one.",
    "auth": "Verify signatures (required), or take any key (off, on a loopback address only).",
    "limits": "The quotas of the services: generous, or AWS's own (aws).",
    "cluster": "Name of the ClickHouse cluster, for replicated and distributed tables.",
    "retention_days": "How long telemetry is kept.",
    "history_days": "How long the event history is kept.",
    "handler_threads": "How many calls are worked on at once.",
    "buckets": "Folder of the buckets of this machine: <account>/<bucket>.",
    "s3_endpoint": "Where other buckets are: aws, or the address of an endpoint that speaks S3.",
    "trail_delivery_seconds": "How often trails deliver log files.",
    "digest_seconds": "How much time one digest of log files covers.",
    "insight_baseline_days": "Of how many days the usual rates are that CloudTrail Insights compare with.",
    "insight_least_calls": "Calls or errors in a minute below which a rate is never unusually high.",
    "event_webhook": "URL that is told of every event of CloudTrail, each as EventBridge would deliver it.",
    "event_webhook_secret_file": "File of the secret that signs what is sent to the webhook, 24 to 64 bytes in base64.",
    "event_webhook_reads": "Tell the webhook of management events that only read, too (on), or not (off).",
}
_COMPUTED_DEFAULTS = {
    "store": "chDB in the data folder",
    "state": "SQLite in the data folder",
    "cluster": "none",
    "buckets": "buckets in the data folder",
    "tls_certificate": "none",
    "tls_key": "in the certificate's file",
    "tls_ca": "the machine's own",
    "s3_endpoint": "none",
    "event_webhook": "none",
    "event_webhook_secret_file": "the secret is in SKYLENS_EVENT_WEBHOOK_SECRET",
}


Chosen = dict[str, Any]


def chosen(**flags: Any) -> Chosen:
    """Return the settings that somebody chose: the flags that are not None, else what the environment has."""
    values = {}
    for name in SETTING_NAMES:
        if flags.get(name) is not None:
            values[name] = flags[name]
        elif (text := os.environ.get(variable(name))) is not None:
            values[name] = _read(name, text)
    return values


def variable(name: str) -> str:
    """Return a setting's name in the environment.

    >>> variable("daemon_address")
    'SKYLENS_DAEMON_ADDRESS'
    """
    return f"SKYLENS_{name.upper()}"


def with_settings(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a verb a flag for each of these settings; its first parameter receives all that were chosen."""

    def decorate(verb: Callable[..., None]) -> Callable[..., None]:
        own = list(inspect.signature(verb, eval_str=True).parameters.values())[1:]
        settings = [_flag(name) for name in names]

        @wraps(verb)
        def command(**values: Any) -> None:
            flags = {name: values.pop(name) for name in names}
            verb(chosen(**flags), **values)

        command.__signature__ = inspect.Signature([*own, *settings])  # type: ignore[attr-defined]  # what typer reads
        command.__annotations__ = {p.name: p.annotation for p in (*own, *settings)}
        return command

    return decorate


def _flag(name: str) -> inspect.Parameter:
    default = _COMPUTED_DEFAULTS.get(name, str(getattr(Settings(), name)))
    option = typer.Option(f"--{name.replace('_', '-')}", help=f"{HELP[name]} [{variable(name)}]", show_default=default)
    kind: Any = Annotated[_type(name) | None, option]  # known at run time only
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)


def _type(name: str) -> Any:
    return get_type_hints(Settings)[name]


def _read(name: str, text: str) -> Any:
    kind = _type(name)
    if get_origin(kind) is Literal:
        if text not in get_args(kind):
            raise typer.BadParameter(f"{text!r} is none of {', '.join(get_args(kind))}", param_hint=variable(name))
        return text
    if kind is int:
        if not text.strip().isdecimal():
            raise typer.BadParameter(f"{text!r} is no whole number", param_hint=variable(name))
        return int(text)
    return Path(text) if kind is Path else text
