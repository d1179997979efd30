"""`skylens audit`: who did that? The calls on record, by resource, user, event, source and time."""

from __future__ import annotations

import itertools
import json
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from skylens.cli.connection import DataOption, PortOption, connected
from skylens.cli.durations import since_seconds
from skylens.cli.settings import Chosen, with_settings
from skylens.client import ApiError
from skylens.clock import SystemClock
from skylens.config import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from skylens.client import Client

app = typer.Typer(
    add_completion=False, help="Who did that? List the calls on record, or show one.", invoke_without_command=True
)

JsonOption = Annotated[bool, typer.Option("--json", help="Print the records themselves, one JSON document a line.")]

GLOBAL_REGION: Final = "us-east-1"  # where the calls of IAM are on record, wherever they were made
_FOLLOW_SECONDS: Final = 1.0
_WIDE_TERMINAL: Final = 100
_WIDEST_OUTCOME: Final = 24
_LATE_SECONDS: Final = 5  # events of reads come a moment after their time


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for. The server looks for the rarest attribute; the others are held against what it finds."""

    attributes: Mapping[str, str]
    since: int
    with_reads: bool
    only_failed: bool
    until: int = 0  # seconds ago; 0: now

    def range(self, now: float) -> dict[str, float]:
        """Return the times that the server is asked about."""
        return {"StartTime": now - self.since} | ({"EndTime": now - self.until} if self.until else {})

    def asked(self) -> dict[str, Any]:
        """Return the attribute that the server looks for."""
        given = {name: value for name, value in self.attributes.items() if value}
        if not given and not self.with_reads:
            given = {"ReadOnly": "false"}
        return {
            "LookupAttributes": [dict(zip(("AttributeKey", "AttributeValue"), next(iter(given.items())), strict=True))]
            if given
            else None
        }

    def fits(self, event: Mapping[str, Any]) -> bool:
        """Whether an event is what is looked for."""
        if not self.with_reads and event["ReadOnly"] == "true":
            return False
        if self.only_failed and "errorCode" not in record_of(event):
            return False
        return all(_has(event, name, value) for name, value in self.attributes.items() if value)


@app.callback()
def audit(  # a command's options are its parameters
    context: typer.Context,
    *,
    resource: Annotated[str, typer.Option("--resource", "-r", help="Name or ARN of what it was done to.")] = "",
    user: Annotated[str, typer.Option("--user", "-u", help="Name of a user or of a role's session, or root.")] = "",
    event: Annotated[str, typer.Option("--event", "-e", help="Name of the call: DeleteGroup.")] = "",
    source: Annotated[str, typer.Option(help="Service: xray, or xray.amazonaws.com.")] = "",
    key: Annotated[str, typer.Option(help="Access key id.")] = "",
    since: Annotated[str, typer.Option(help="How far back to look: 30m, 2h, 7d.")] = "1d",
    until: Annotated[str, typer.Option(help="How long ago to stop looking: 30m, 2h, 7d.")] = "",
    reads: Annotated[bool, typer.Option("--reads", help="Also calls that only read.")] = False,
    failed: Annotated[bool, typer.Option("--failed", help="Only calls that were refused or failed.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many calls at the most.")] = 20,
    follow: Annotated[bool, typer.Option("--follow", help="Go on with what happens from now on.")] = False,
    as_json: JsonOption = False,
    port: PortOption = None,
    data: DataOption = None,
) -> None:
    """List the newest calls that changed something."""
    if context.invoked_subcommand is not None:
        context.obj = (port, data)
        return
    span, ended = since_seconds(since), since_seconds(until, "--until") if until else 0
    if ended >= span:
        raise typer.BadParameter("it must be a shorter time ago than --since", param_hint="--until")
    if ended and follow:
        raise typer.BadParameter("what goes on has no end: leave out --until or --follow", param_hint="--until")
    attributes = {
        "ResourceName": resource,
        "AccessKeyId": key,
        "Username": user,
        "EventName": event,
        "EventSource": source if "." in source or not source else f"{source}.amazonaws.com",
    }
    question = Question(attributes, span, reads, failed, ended)
    with connected(port, data) as client:
        found = newest(client, question, limit)
        _tell(found, as_json=as_json, is_all=not follow, since=since)
        if follow:
            _follow(client, question, found, as_json=as_json)


@app.command()
def show(
    context: typer.Context,
    event_id: Annotated[str, typer.Argument(metavar="ID", help="An event id, which is the request id of the call.")],
) -> None:
    """Print the whole record of one call, and how to see its trace."""
    with connected(*context.obj) as client:
        event = by_id(client, event_id)
        if event is None:
            raise ApiError("EventNotFound", f"no event of the last 90 days has the id {event_id}", 404)
    record = record_of(event)
    print(json.dumps(record, indent=2))
    if trace_id := record.get("additionalEventData", {}).get("xRayTraceId"):
        Console(stderr=True).print(f"[dim]skylens traces show {trace_id} draws the trace that it was part of.[/]")


@app.command()
@with_settings("data", "state")
def unattributed(
    given: Chosen,
    *,
    since: Annotated[str, typer.Option(help="How far back to look: 30m, 2h, 7d.")] = "1d",
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
) -> None:
    """List requests that did not prove whose they were: unknown keys, wrong signatures, none at all.

    They are on no account's record, so this reads the state database itself.
    """
    from skylens.cli.state import existing  # the database, which the other questions do not open
    from skylens.cloudtrail import unattributed as unattributed_calls
    from skylens.iam import access_keys

    start = SystemClock().now() - timedelta(seconds=since_seconds(since))
    with existing(Settings(**given)) as control:
        found = unattributed_calls.since(control, start)
        with control.read() as connection:
            owners = access_keys.owners(connection, [each.access_key_id for each in found])
    if as_json:
        documents = [asdict(each) | {"key_of": owners.get(each.access_key_id)} for each in found]
        print(json.dumps(documents, indent=2, default=lambda moment: moment.isoformat()))
        return
    drawn = Table(box=None, header_style="dim")
    for heading in ("last", "calls", "why", "from", "key", "key of", "service", "client"):
        drawn.add_column(heading)
    for each in found:
        last = each.last_at.astimezone().strftime("%m-%d %H:%M:%S")
        whose = (each.access_key_id, owners.get(each.access_key_id, ""))
        cells = (last, str(each.calls), each.reason, each.source_ip, *whose, each.service, each.user_agent)
        drawn.add_row(*[Text(cell) for cell in cells])
    Console().print(drawn if found else f"Every request of the last {since} proved whose it was.")


def newest(client: Client, question: Question, limit: int) -> list[dict[str, Any]]:
    """Return the newest calls that fit, of the client's region and of the global services, newest first."""
    span = question.range(SystemClock().now().timestamp())
    found = [
        event
        for region in regions(client)
        for event in itertools.islice(_matching(client.within(region), question, span), limit)
    ]
    return sorted(found, key=lambda event: event["EventTime"], reverse=True)[:limit]


def by_id(client: Client, event_id: str, region: str = "") -> dict[str, Any] | None:
    """Return the event with this id, wherever it is on record."""
    attributes = [{"AttributeKey": "EventId", "AttributeValue": event_id}]
    for each in dict.fromkeys([*([region] if region else []), *regions(client)]):
        events = client.within(each).call("LookupEvents", service="cloudtrail", LookupAttributes=attributes)["Events"]
        if events:
            return dict(events[0])
    return None


def regions(client: Client) -> tuple[str, ...]:
    """Return where calls of a client are on record, each once."""
    return tuple(dict.fromkeys((client.region, GLOBAL_REGION)))


def record_of(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record of an event."""
    return dict(json.loads(event["CloudTrailEvent"]))


def table(events: Sequence[Mapping[str, Any]], *, width: int) -> Table:
    """Return the events as a table: when, who, what, to what, with which outcome; from where, if there is room."""
    records = [record_of(event) for event in events]
    outcomes = [record.get("errorCode", "ok") for record in records]
    is_wide = width >= _WIDE_TERMINAL
    drawn = Table(box=None, padding=(0, 1), expand=True)
    drawn.add_column("time", min_width=len("00-00 00:00:00"), no_wrap=True)
    drawn.add_column("who", ratio=3, no_wrap=True, overflow="ellipsis")
    drawn.add_column("what", ratio=4, no_wrap=True, overflow="ellipsis")
    drawn.add_column("to", ratio=4, no_wrap=True, overflow="ellipsis")
    if is_wide:
        drawn.add_column("from", min_width=len("127.0.0.1"), no_wrap=True)
    longest = max(map(len, ["outcome", *outcomes]))
    drawn.add_column("outcome", min_width=min(longest, _WIDEST_OUTCOME), no_wrap=True, overflow="ellipsis")
    for event, record, outcome in zip(events, records, outcomes, strict=True):
        cells = [
            datetime.fromtimestamp(event["EventTime"], UTC).astimezone().strftime("%m-%d %H:%M:%S"),
            _who(event, record),
            f"{event['EventSource'].partition('.')[0]}:{event['EventName']}",
            _names(event),
            *([record.get("sourceIPAddress", "")] if is_wide else []),
        ]
        drawn.add_row(*cells, Text(outcome, style="green" if outcome == "ok" else "red"))
    return drawn


def _matching(client: Client, question: Question, span: Mapping[str, float]) -> Iterator[dict[str, Any]]:
    asked = question.asked()
    pages = client.pages("LookupEvents", "Events", service="cloudtrail", **span, **asked)
    return (event for event in pages if question.fits(event))


def _has(event: Mapping[str, Any], name: str, value: str) -> bool:
    if name == "ResourceName":
        return any(resource["ResourceName"] == value for resource in event.get("Resources", ()))
    return bool(event.get(name) == value)


def _who(event: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    identity = record.get("userIdentity", {})
    role = identity.get("sessionContext", {}).get("sessionIssuer", {}).get("userName")
    name = event.get("Username") or identity.get("invokedBy") or identity.get("principalId") or identity.get("type", "")
    return f"{role}/{name}" if role else str(name)


def _names(event: Mapping[str, Any]) -> str:
    """Return the names of what a call was about; an ARN only where it is all there is."""
    names = [resource["ResourceName"] for resource in event.get("Resources", ())]
    return ", ".join([name for name in names if not name.startswith("arn:")] or names)


def _tell(events: Sequence[Mapping[str, Any]], *, as_json: bool, is_all: bool, since: str) -> None:
    if as_json:
        for event in reversed(events):
            print(event["CloudTrailEvent"], flush=True)
        return
    console = Console()
    if events:
        console.print(table(events if is_all else events[::-1], width=console.width))
    elif is_all:
        hint = "`--reads` shows calls that only read as well; `--since` looks further back."
        console.print(f"No call of the last {since} is on record. {hint}", soft_wrap=True)
    if events and is_all:
        console.print("[dim]skylens audit show ID prints a whole record; --json prints them all.[/]")


def _follow(client: Client, question: Question, found: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    """Print what comes until somebody stops it. This command's own look-ups are left out."""
    seen = {event["EventId"] for event in found}
    started = int(
        SystemClock().now().timestamp()
    )  # times of events are whole seconds: the first one counts from its start
    console = Console()
    while True:
        time.sleep(_FOLLOW_SECONDS)
        since = max(started, SystemClock().now().timestamp() - _LATE_SECONDS)
        fresh = [
            event
            for region in regions(client)
            for event in _matching(client.within(region), question, {"StartTime": since})
            if event["EventId"] not in seen and not _is_own(event, client)
        ]
        seen |= {event["EventId"] for event in fresh}
        for event in sorted(fresh, key=lambda each: each["EventTime"]):
            if as_json:
                print(event["CloudTrailEvent"], flush=True)
            else:
                drawn = table([event], width=console.width)
                drawn.show_header = False
                console.print(drawn)


def _is_own(event: Mapping[str, Any], client: Client) -> bool:
    return bool(event["EventName"] == "LookupEvents" and event.get("AccessKeyId") == client.key.access_key_id)
