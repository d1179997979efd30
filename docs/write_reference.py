"""Write docs/reference/ from the code: operations, settings, commands, filter keywords and metrics."""  # noqa: INP001

from __future__ import annotations

import asyncio
import inspect
import sys
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from prometheus_client.metrics import MetricWrapperBase

from skylens.app import build  # which registers every handler, too
from skylens.cli import VERBS, load
from skylens.cli.operations import EVERY, refusals
from skylens.cli.settings import HELP, variable
from skylens.config import AWS_LIMITS, Limits, Settings
from skylens.registry import HANDLERS
from skylens.wire import models
from skylens.xray.filter_expression.keywords import KEYWORDS, OPERATORS, Keyword
from skylens_daemon.app import Daemon
from skylens_daemon.config import OPTIONS, Config
from skylens_daemon.sign import Key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from prometheus_client.metrics_core import Metric

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
TABLE_BEGINS, TABLE_ENDS = "<!-- keywords: written by `make docs` -->", "<!-- end of keywords -->"
NOTICE = "<!-- Written by `make docs` from the code. Change the code, not this page. -->"

# What each keyword asks, and an expression that asks it. A keyword without its line here stops the page from being written.
MEANINGS: Mapping[str, tuple[str, str]] = {
    "ok": ("the request has ended, without error, throttle or fault", "ok"),
    "error": ("a client error (4xx)", "error"),
    "throttle": ("a throttled request (429)", "throttle"),
    "fault": ("a server fault (5xx)", "fault"),
    "partial": ("something in the trace is still in progress", "!partial"),
    "inferred": ("a node is known from its callers only, such as a database", "service() { inferred AND fault }"),
    "root": ("the service is the one where the trace began", 'service("shop") { root }'),
    "first": ("the first of its list in the root cause", "rootcause.fault.service { first }"),
    "last": ("the last of its list in the root cause", 'rootcause.fault.service { last AND name = "orders" }'),
    "remote": ("the entity is a call of something else: a service, a database, AWS", "rootcause.fault.entity { remote }"),
    "responsetime": ("seconds until the answer was sent", "responsetime > 0.5"),
    "duration": ("seconds until the last subsegment ended", "duration >= 5"),
    "http.status": ("status of the answer", "http.status = 404"),
    "index": ("place in its list of the root cause, from 0", "rootcause.error.service { index = 1 }"),
    "coverage": ("part of the response time that the entity accounts for", "rootcause.responsetime.entity { coverage > 0.7 }"),
    "http.url": ("URL of the request", 'http.url CONTAINS "/orders"'),
    "http.method": ("method of the request", 'http.method = "POST"'),
    "http.useragent": ("user agent of the request", 'http.useragent BEGINSWITH "curl"'),
    "http.clientip": ("address of the client", 'http.clientip = "192.0.2.7"'),
    "user": ("user of any segment or subsegment", 'user = "shopper-7"'),
    "availabilityzone": ("availability zone of any segment", 'availabilityzone = "us-east-1a"'),
    "instance.id": ("instance of any segment", 'instance.id = "i-0123456789abcdef0"'),
    "resource.arn": ("ARN of a resource of any segment", 'resource.arn ENDSWITH "/carts"'),
    "name": ("name of the node or element", 'service() { name BEGINSWITH "shop-" }'),
    "type": ("type of the node or element", 'service() { type = "AWS::ECS::Container" AND fault }'),
    "message": ("message of the exception", 'rootcause.fault.exception { message CONTAINS "refused" }'),
}  # fmt: skip
PLACES = {
    "trace": "the whole trace",
    "service": "`service() { }`",
    "edge": "`edge(…) { }`",
    "root cause service": "`rootcause.*.service { }`",
    "root cause entity": "`rootcause.*.entity { }`",
    "root cause exception": "`rootcause.*.exception { }`",
}
WHOSE = {"root": "the root segment", "any": "any segment", "trace": "the trace"}


def pages() -> dict[str, str]:
    """Return the text of every page by its path below docs/."""
    writers: dict[str, Callable[[], Iterator[str]]] = {
        "operations.md": _operations,
        "settings.md": _settings,
        "commands.md": _commands,
        "filter-keywords.md": _filter_keywords,
        "metrics.md": _metrics,
    }
    written = {f"reference/{name}": "\n".join(_with_notice(write())) + "\n" for name, write in writers.items()}
    return written | {"find-traces.md": _with_keyword_table((DOCS / "find-traces.md").read_text(encoding="utf-8"))}


def main() -> None:
    """Write the pages, below the folder that is given or where they belong."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS
    for name, text in pages().items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(text, encoding="utf-8")


def _with_keyword_table(guide: str) -> str:
    """Return the guide with the table between its two marks written anew."""
    before, _, rest = guide.partition(TABLE_BEGINS)
    _, _, after = rest.partition(TABLE_ENDS)
    lines = ["| keyword | what it asks | of | operators |", "|---|---|---|---|"]
    for keyword in KEYWORDS.values():
        meaning, _ = MEANINGS[keyword.name]
        asked = ", ".join(WHOSE[keyword.whose] if scope == "trace" else PLACES[scope] for scope in keyword.scopes)
        lines.append(f"| `{keyword.name}` | {meaning} | {asked} | {' '.join(OPERATORS[keyword.kind])} |")
    return f"{before}{TABLE_BEGINS}\n{chr(10).join(lines)}\n{TABLE_ENDS}{after}"


def _with_notice(lines: Iterator[str]) -> Iterator[str]:
    yield next(lines)
    yield ""
    yield NOTICE
    yield from lines


def _operations() -> Iterator[str]:
    yield "# Operations"
    whole = models.SERVICE_NAMES
    answered = sum(service in whole for service, _ in HANDLERS)
    all_operations = sum(len(models.load(name).operations) for name in whole)
    yield ""
    yield (
        f"{answered} of the {all_operations} operations in AWS's models of {len(whole)} services are answered. "
        "A call of any other is refused with HTTP 501 `NotImplementedException`. Of S3 there are those that read a bucket which is a folder."
    )
    for name in models.SPOKEN:
        yield from _service(name)


def _service(name: str) -> Iterator[str]:
    service, refused = models.load(name), refusals().get(name, {})
    yield f"\n## {name}\n"
    yield f"Protocols: {', '.join(service.protocols)}. Version {service.api_version}.\n"
    if EVERY in refused:
        yield f"None of its {len(service.operations)} operations is answered: {refused[EVERY]}."
        return
    for operation in service.operations:
        yield f"### {operation}\n"
        handler = HANDLERS.get((name, operation))
        yield _answered(handler.function) if handler else f"Refused: {refused[operation]}.\n"


def _answered(function: Callable[..., Any]) -> str:
    documentation = inspect.getdoc(function) or ""
    source = Path(inspect.getsourcefile(inspect.unwrap(function)) or "").relative_to(ROOT).as_posix()
    address = next(line.strip() for line in documentation.splitlines() if line.strip().startswith("https://"))
    return f"{documentation.splitlines()[0]}\n\n[AWS's page]({address}) · [source](../../{source})\n"


def _settings() -> Iterator[str]:
    yield "# Settings"
    yield "\nEach is a flag of `skylens up` and a variable in the environment. A flag wins over the variable."
    defaults = Settings()
    for field in fields(Settings):
        kind = get_type_hints(Settings)[field.name]
        choices = " or ".join(f"`{each}`" for each in get_args(kind)) if get_origin(kind) is Literal else ""
        yield f"\n## {field.name}\n"
        yield f"{HELP[field.name]}\n"
        yield f"- flag `--{field.name.replace('_', '-')}`, variable `{variable(field.name)}`"
        if choices:
            yield f"- {choices}"
        yield f"- default: {_shown(getattr(defaults, field.name))}"
    yield "\n## Without a flag\n"
    yield "`SKYLENS_EVENT_WEBHOOK_SECRET`: what `--event-webhook-secret-file` would have in a file.\n"
    yield "`SKYLENS_INSTANCE_KEY`: the key that seals secrets in the state database, 32 bytes in hexadecimal or base64."
    yield "Or `aws-kms:` and a key of AWS KMS (ARN, id or alias) that wraps it; boto3 finds credentials and endpoint."
    yield "Without it the key is the file `instance.key` in the data folder, made at first start."
    yield from _limits()


def _limits() -> Iterator[str]:
    yield "\n## Limits\n"
    yield "`--limits aws` gives AWS's figures, the default is generous. 0 is no limit.\n"
    yield "| limit | generous | aws |"
    yield "|---|---:|---:|"
    generous = Limits()
    for field in fields(Limits):
        yield f"| {field.name} | {getattr(generous, field.name):,} | {getattr(AWS_LIMITS, field.name):,} |"


def _shown(value: object) -> str:
    text = str(value).replace(str(Path.home()), "~")
    return f"`{text}`" if text else "empty"


def _commands() -> Iterator[str]:
    yield "# Commands"
    yield "\n`skylens <command> --help` shows the same in the terminal."
    for verb, purpose in VERBS.items():
        command = load(verb)
        yield f"\n## skylens {verb}\n"
        yield f"{purpose}\n"
        yield from _parameters(command)
        for name, inner in getattr(command, "commands", {}).items():
            yield f"\n### skylens {verb} {name}\n"
            yield f"{(inner.help or '').splitlines()[0]}\n"
            yield from _parameters(inner)
    yield from _daemon_flags()


def _parameters(command: Any) -> Iterator[str]:
    shown = [each for each in command.params if each.name not in {"install_completion", "show_completion"}]
    if not shown:
        yield "It has no options."
        return
    yield "| option | | default |"
    yield "|---|---|---|"
    for each in shown:
        is_option = each.opts[0].startswith("-")
        name = ", ".join(f"`{opt}`" for opt in each.opts) if is_option else f"`{each.metavar or each.name.upper()}`"
        yield f"| {name} | {_escaped(each.help or '')} | {_default(each)} |"


def _default(parameter: Any) -> str:
    if isinstance(parameter.show_default, str):
        return parameter.show_default.replace(str(Path.home()), "~")
    if parameter.required:
        return "required"
    if parameter.default is None or parameter.default is False or parameter.default == "":
        return ""
    return str(parameter.default).replace(str(Path.home()), "~")


def _daemon_flags() -> Iterator[str]:
    yield "\n## skylens-daemon\n"
    yield "The X-Ray daemon by itself, with the original's flags and `cfg.yaml`. A flag wins over the environment, that over the"
    yield "file; `-c` names the file, else `/etc/amazon/xray/cfg.yaml` and `cfg.yaml` are looked for.\n"
    yield "| flag | in cfg.yaml | in the environment | |"
    yield "|---|---|---|---|"
    for each in OPTIONS:
        flags = ", ".join(f"`{'-' * (1 if len(name) == 1 else 2)}{name}`" for name in (each.short, each.flag) if name)
        environment = "" if each.field in {"config", "version"} else f"`{each.environment_name}`"
        yield f"| {flags} | {f'`{each.key}`' if each.key else ''} | {environment} | {_escaped(each.help)} |"


def _filter_keywords() -> Iterator[str]:
    yield "# Filter keywords"
    yield "\nThe language is described in [Find traces](../find-traces.md). Keywords and operators may be written in any case."
    yield "Where a value may have several entries (user, instance …), `!=` holds when there is a value and none is equal."
    for kind, operators in OPERATORS.items():
        yield f"\n## {kind.capitalize()} keywords\n"
        yield f"Operators: {' '.join(f'`{operator}`' for operator in operators)}. A keyword alone asks {_alone(kind)}."
        for keyword in KEYWORDS.values():
            if keyword.kind == kind:
                yield from _keyword(keyword)


def _alone(kind: str) -> str:
    return "whether it is true" if kind == "boolean" else "whether there is a value"


def _keyword(keyword: Keyword) -> Iterator[str]:
    meaning, example = MEANINGS[keyword.name]
    yield f"\n### {keyword.name}\n"
    asked = ", ".join(
        f"{PLACES[scope]} (asks {WHOSE[keyword.whose]})" if scope == "trace" else PLACES[scope]
        for scope in keyword.scopes
    )
    yield f"{meaning[0].upper()}{meaning[1:]}. Usable in {asked}.\n"
    yield f"```filter\n{example}\n```"


def _metrics() -> Iterator[str]:
    yield "# Metrics"
    yield "\n`GET /metrics` of the server, in Prometheus's text format. It also has the usual `python_` and `process_` metrics."
    yield "\n## The server"
    yield from _each(_server_metrics())
    yield "\n## The daemon\n"
    yield "The daemon in `skylens up` shows its figures at the server's `/metrics`; one that runs by itself shows them at its"
    yield "`--health-address`."
    yield from _each(asyncio.run(_daemon_metrics()))


def _each(found: list[Metric]) -> Iterator[str]:
    for metric in sorted(found, key=lambda each: each.name):
        labels = getattr(metric, "_labelnames", ())
        by = f", by {', '.join(labels)}" if labels else ""
        yield f"\n### {metric.name}{'_total' if metric.type == 'counter' else ''}\n"
        yield f"{metric.documentation.rstrip('.')}. A {metric.type}{by}."


def _server_metrics() -> list[Metric]:
    """Return what a server that has just been put together counts: every room's metrics.py, and what it collects itself."""
    sources = ROOT / "server" / "src"
    found: list[Metric] = []
    for path in sorted((sources / "skylens").rglob("metrics.py")):
        module = import_module(".".join(path.relative_to(sources).with_suffix("").parts))
        for value in vars(module).values():
            if isinstance(value, MetricWrapperBase):
                [metric] = value.describe()
                metric._labelnames = value._labelnames  # type: ignore[attr-defined]  # noqa: SLF001  # told nowhere else
                found.append(metric)
    with TemporaryDirectory() as folder:
        app = build(Settings(data=Path(folder), daemon_address="off"))
        found += app.health.collectors.collect()
        app.close()
    return found


async def _daemon_metrics() -> list[Metric]:
    """Return the metrics of a daemon that listens on free ports for a moment."""
    address = "127.0.0.1:0"
    config = Config(
        udp_address=address, tcp_address=address, endpoint="http://127.0.0.1:9", region="us-east-1", local_mode=True
    )
    daemon = Daemon(config, key=Key("AKIAIOSFODNN7EXAMPLE", "none"))
    await daemon.start()
    try:
        return list(daemon.metrics.collect())
    finally:
        await daemon.stop()


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    main()
