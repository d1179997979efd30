"""`skylens doctor`: what the checks find, a line for each."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from skylens.cli.connection import DataOption, PortOption, known_environment
from skylens.client import connect
from skylens.doctor import Finding, Patient, examine


def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    port: PortOption = None,
    data: DataOption = None,
) -> None:
    """Check the server, the credentials, the daemon, and that a test segment comes back as a trace."""
    environment = known_environment(port, data)
    patient = Patient(connect(environment), environment.get("AWS_XRAY_DAEMON_ADDRESS", ""))
    findings = []
    console = Console()
    for finding in examine(patient):
        findings.append(finding)
        if not as_json:
            _say(console, finding)
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def _say(console: Console, finding: Finding) -> None:
    mark = "[green]✓[/]" if finding.ok else "[red]✗[/]"
    console.print(f"{mark} {finding.check:<12} {finding.finding}", highlight=False, soft_wrap=True)
    if finding.advice:
        console.print(f"  {'':<12} [yellow]→ {finding.advice}[/]", highlight=False, soft_wrap=True)
