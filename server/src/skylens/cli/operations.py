"""`skylens operations`: which AWS operations are answered and by which function, and why others are not."""

from __future__ import annotations

import inspect
import json
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

import skylens
from skylens.registry import HANDLERS
from skylens.wire.models import SPOKEN, load

if TYPE_CHECKING:
    from collections.abc import Iterator

REFUSED = Path(skylens.__file__).with_name("refused-operations.toml")
# In the file: the reason of a service of which nothing is built.
EVERY = "*"


@dataclass(frozen=True, slots=True)
class Row:
    """One operation: where it is answered, or why it is not."""

    service: str
    operation: str
    answered_by: str = ""
    refused_because: str = ""


def operations(
    name: Annotated[str, typer.Argument(help="A service or an operation; part of its name will do.")] = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
) -> None:
    """List AWS's operations: those answered with the function's place, the others with the reason."""
    import skylens.app  # noqa: F401  # registers the handlers; --help need not wait for it

    exact = [row for row in rows() if name in {row.service, row.operation}]
    found = exact or [row for row in rows() if name.lower() in f"{row.service}:{row.operation}".lower()]
    if not found:
        Console(stderr=True).print(f"No operation or service is called {name!r}.", style="red", highlight=False)
        raise typer.Exit(1)
    if as_json:
        print(json.dumps([asdict(row) for row in found], indent=2))
        return
    Console().print("\n".join(_lines(found)), highlight=False, soft_wrap=True)


def rows() -> Iterator[Row]:
    """Yield every operation of every service, in the models' order."""
    refused = refusals()
    for service in SPOKEN:
        for operation in load(service).operations:
            reasons = refused.get(service, {})
            if (service, operation) in HANDLERS:
                yield Row(service, operation, answered_by=_place(service, operation))
            else:
                yield Row(service, operation, refused_because=reasons.get(operation) or reasons.get(EVERY, ""))


def refusals() -> dict[str, dict[str, str]]:
    """Return the reasons by service and operation."""
    return tomllib.loads(REFUSED.read_text(encoding="utf-8"))


def _place(service: str, operation: str) -> str:
    function = inspect.unwrap(HANDLERS[service, operation].function)
    path = Path(inspect.getsourcefile(function) or "")
    line = inspect.getsourcelines(function)[1]
    return f"{_shortened(path)}:{line}"


def _shortened(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _lines(found: list[Row]) -> Iterator[str]:
    """Yield a line for each operation; a terminal that is too narrow wraps it, so that a place can be clicked whole."""
    width = max(len(f"{row.service} {row.operation}") for row in found)
    for row in found:
        blank = " " * (width - len(f"{row.service} {row.operation}"))
        mark = "[green]✓[/]" if row.answered_by else "[dim]·[/]"
        told = row.answered_by or f"[dim]{row.refused_because}[/]"
        yield f"{mark} {row.service} [bold]{row.operation}[/]{blank}  {told}"
    answered = sum(bool(row.answered_by) for row in found)
    yield f"[dim]{answered} of {len(found)} answered[/]"
