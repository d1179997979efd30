"""Run the measurements, print them beside their budgets, keep them as JSON. Exit code 1 when a budget is missed."""

import argparse
import json
import os
import platform
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import audit, call_cost, console, encryption, footprint, ingest, lake, query, udp

HERE = Path(__file__).parent
PARTS = ["footprint", "ingest", "encryption", "udp", "query", "security", "audit", "lake", "console"]
screen = Console()


def main() -> int:
    """Measure what was asked for and judge it."""
    arguments = _arguments()
    figures = measure(arguments)
    kept = _keep(figures, arguments)
    budgets = tomllib.loads((HERE / "budgets.toml").read_text(encoding="utf-8"))
    missed = show(figures, budgets)
    screen.print(f"kept in {kept}")
    return 1 if missed else 0


def measure(arguments: argparse.Namespace) -> dict[str, float]:
    """Return the figures of the chosen parts by name."""
    figures: dict[str, float] = {}
    parts = arguments.only or PARTS
    if "footprint" in parts:
        screen.print("start and memory")
        figures |= footprint.measure()
    if "ingest" in parts:
        screen.print("ingest through HTTP")
        figures |= ingest.measure(40_000 if arguments.quick else 300_000)
    if "encryption" in parts:
        screen.print("encryption at rest")
        figures |= encryption.measure(20_000 if arguments.quick else 100_000)
    if "udp" in parts:
        screen.print("through the daemon")
        figures |= udp.measure(quick=arguments.quick)
    if "query" in parts:
        sizes = [100_000, 200_000] if arguments.quick else arguments.sizes
        figures |= query.measure(sizes, screen.print, arguments.stores)
    if "security" in parts:
        screen.print("signature, policies, recording")
        figures |= call_cost.measure()
    if "audit" in parts:
        figures |= audit.measure(100_000 if arguments.quick else 1_000_000, screen.print)
    if "lake" in parts:
        figures |= lake.measure(100_000 if arguments.quick else 1_000_000, screen.print)
    if "console" in parts:
        screen.print("the console in Chromium")
        figures |= console.measure(100_000 if arguments.quick else 1_000_000, screen.print, arguments.stores)
    return figures


def show(figures: dict[str, float], budgets: dict[str, dict[str, float | str]]) -> list[str]:
    """Print figures beside their budgets and return the names of those that miss."""
    table = Table("figure", "measured", "budget", "", title="Skylens benchmark", title_justify="left")
    missed = []
    for name, figure in figures.items():
        budget = budgets.get(name, {})
        bound = budget.get("at_least", budget.get("at_most"))
        sign = "≥" if "at_least" in budget else "≤"
        met = bound is None or (figure >= float(bound) if sign == "≥" else figure <= float(bound))
        if not met:
            missed.append(name)
        verdict = "" if bound is None else "[green]met[/]" if met else "[red]missed[/]"
        table.add_row(name, f"{figure:,.4g}", "" if bound is None else f"{sign} {float(bound):,g}", verdict)
    screen.print(table)
    return missed


def _keep(figures: dict[str, float], arguments: argparse.Namespace) -> Path:
    now = datetime.now(UTC)
    kind = "quick" if arguments.quick else "full"
    folder = HERE / "results" / ("local" if arguments.quick else "")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{now:%Y-%m-%dT%H%M%SZ}-{kind}.json"
    machine = {"cores": os.cpu_count(), "machine": platform.machine(), "python": platform.python_version()}
    content = {"time": now.isoformat(timespec="seconds"), "machine": machine, "figures": figures}
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return path.relative_to(HERE.parent)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, for a look; not kept with the results")
    parser.add_argument("--only", action="append", choices=PARTS, help="one part")
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=[100_000, 1_000_000],
        help="segments in the stores that queries run over",
    )
    parser.add_argument(
        "--stores", type=Path, help="keep the filled stores in this folder, and use those that are there"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
