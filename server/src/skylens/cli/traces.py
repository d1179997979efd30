"""`skylens traces`: list traces that match a filter expression, or show one as a waterfall."""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from skylens.cli.audit import by_id
from skylens.cli.aws_calls import MOST_CALLS, aws_calls
from skylens.cli.connection import DataOption, PortOption, connected
from skylens.cli.durations import since_seconds
from skylens.cli.waterfall import COLOURS, Outcome, render, rows
from skylens.client import ApiError, Client
from skylens.clock import SystemClock

app = typer.Typer(
    add_completion=False,
    help="List traces, or show one as a waterfall.", invoke_without_command=True, no_args_is_help=False
)  # fmt: skip

JsonOption = Annotated[bool, typer.Option("--json", help="Print what the API answers, one JSON document.")]


@app.callback()
def list_traces(  # a command's options are its parameters
    context: typer.Context,
    *,
    expression: Annotated[
        str, typer.Option("--filter", "-f", help="A filter expression: 'service(\"orders\") AND duration > 1'.")
    ] = "",
    since: Annotated[str, typer.Option(help="How far back to look: 30s, 15m, 2h, 1d.")] = "15m",
    limit: Annotated[int, typer.Option(min=1, help="How many traces at the most.")] = 20,
    as_json: JsonOption = False,
    port: PortOption = None,
    data: DataOption = None,
) -> None:
    """List the newest traces."""
    if context.invoked_subcommand is not None:
        context.obj = (port, data)
        return
    span = since_seconds(since)
    with connected(port, data) as client:
        found = newest(client, expression, span, limit)
    if as_json:
        print(json.dumps({"TraceSummaries": found}, indent=2))
        return
    console = Console()
    if not found:
        hint = "`skylens demo` sends some; `skylens doctor` looks for the reason."
        console.print(f"No traces of the last {since} match. {hint}", soft_wrap=True)
        return
    console.print(table(found))
    console.print("[dim]skylens traces show ID draws one of them.[/]")


@app.command()
def show(
    context: typer.Context,
    trace_id: Annotated[str, typer.Argument(metavar="ID", help="A trace id, 1-…-… or 32 hexadecimal digits.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Show one trace as a waterfall."""
    with connected(*context.obj) as client:
        traces = client.call("BatchGetTraces", TraceIds=[trace_id])["Traces"]
        if not traces:
            raise ApiError(
                "TraceNotFound", f"no trace has the id {trace_id}; it may have been sampled out or expired", 404
            )
        if as_json:
            print(json.dumps(traces[0], indent=2))
            return
        draw(Console(), traces[0])
        for line in on_record(client, traces[0]["Segments"]):
            Console().print(line, soft_wrap=True)


def on_record(client: Client, segments: Sequence[Mapping[str, Any]]) -> Iterator[Text]:
    """Yield a line for each AWS call of a trace that was made to this installation: its event in the audit trail."""
    for call in aws_calls(segments)[:MOST_CALLS]:
        try:
            event = by_id(client, call.request_id, call.region)
        except ApiError:
            return  # who may see traces need not be allowed to see the audit trail
        if event is not None:
            yield Text.assemble(
                ("event ", "dim"), event["EventId"], f"  {call.operation} of {event.get('Username', 'a service')}"
            )


def newest(client: Client, expression: str, span: int, limit: int) -> list[dict[str, Any]]:
    """Return the newest trace summaries that match, at most ``limit`` of them."""
    now = SystemClock().now().timestamp()
    pages = client.pages(
        "GetTraceSummaries",
        "TraceSummaries",
        StartTime=now - span,
        EndTime=now + 1,
        FilterExpression=expression or None,
    )
    return list(itertools.islice(pages, limit))


def draw(console: Console, trace: Mapping[str, Any]) -> None:
    """Print a trace's headline and waterfall."""
    duration = trace.get("Duration")
    headline = Text(trace["Id"], style="bold")
    if duration is not None:
        headline.append(f"  {duration * 1000:,.0f} ms", style="default")
    if trace.get("LimitExceeded"):
        headline.append("  some documents were refused for size", style="yellow")
    console.print(headline)
    console.print(render(rows(trace["Segments"]), width=console.width))


def table(summaries: Sequence[Mapping[str, Any]]) -> Table:
    """Return the summaries as a table, newest first."""
    drawn = Table(box=None, padding=(0, 1), expand=True)
    drawn.add_column("time", min_width=len("00:00:00"), no_wrap=True)
    drawn.add_column("trace", min_width=len("1-6b0550f1-b30d26916ae49922a5c8f1d2"), no_wrap=True)
    drawn.add_column("", min_width=max((len(_outcome(s)) for s in summaries), default=0), no_wrap=True)
    drawn.add_column("ms", min_width=len("0,000"), justify="right", no_wrap=True)
    drawn.add_column("request", ratio=1, no_wrap=True, overflow="ellipsis")
    for summary in summaries:
        outcome = _outcome(summary)
        length = summary.get("Duration")
        drawn.add_row(
            datetime.fromtimestamp(summary["StartTime"], UTC).astimezone().strftime("%H:%M:%S"),
            summary["Id"],
            Text(outcome, style=COLOURS[outcome]),
            "…" if length is None else f"{length * 1000:,.0f}",
            _request(summary),
        )
    return drawn


def _outcome(summary: Mapping[str, Any]) -> Outcome:
    if summary.get("HasFault"):
        return "fault"
    if summary.get("HasThrottle"):
        return "throttle"
    if summary.get("HasError"):
        return "error"
    return "in progress" if summary.get("IsPartial") else "ok"


def _request(summary: Mapping[str, Any]) -> str:
    http = summary.get("Http", {})
    pieces = [
        summary.get("EntryPoint", {}).get("Name"),
        http.get("HttpMethod"),
        http.get("HttpURL"),
        http.get("HttpStatus"),
    ]
    return " ".join(str(piece) for piece in pieces if piece)
