"""Command lines as Go's flag package reads them: -name, --name, -name=value, -name value.

https://pkg.go.dev/flag#hdr-Command_line_flag_syntax
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from skylens_daemon.errors import HelpAsked, UsageError

_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen, and the names it goes by."""

    field: str
    flag: str
    short: str
    key: str  # in cfg.yaml, "" when the file does not have it
    help: str
    kind: type[str] | type[int] | type[bool] = str

    @property
    def environment_name(self) -> str:
        """The variable that sets it."""
        return f"SKYLENS_DAEMON_{self.field.upper()}"

    def read(self, text: str) -> str | int | bool:
        """Return the value of the text, or raise ValueError."""
        if self.kind is bool:
            return read_bool(text)
        return int(text, 0) if self.kind is int else text


def read_bool(text: str) -> bool:
    """Return what Go's strconv.ParseBool does."""
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise ValueError(text)


def parse(arguments: Sequence[str], options: Sequence[Option]) -> dict[str, Any]:
    """Return field → value of what was given; reading stops at the first argument that is no flag, as in Go.

    >>> parse(["-n", "eu-west-1", "--local-mode=false", "rest"], [Option("region", "region", "n", "", "")])
    Traceback (most recent call last):
    skylens_daemon.errors.UsageError: flag provided but not defined: -local-mode
    """
    names = {name: option for option in options for name in (option.flag, option.short) if name}
    found: dict[str, Any] = {}
    rest = list(arguments)
    while rest and len(rest[0]) > 1 and rest[0].startswith("-"):
        argument = rest.pop(0)
        if argument == "--":
            break
        name, value = _split(argument)
        option = names.get(name)
        if option is None:
            if name in {"help", "h"}:
                raise HelpAsked
            raise UsageError(f"flag provided but not defined: -{name}")
        if value is None and option.kind is bool:
            value = "true"
        elif value is None:
            if not rest:
                raise UsageError(f"flag needs an argument: -{name}")
            value = rest.pop(0)
        found[option.field] = _read(option, name, value)
    return found


def usage(options: Sequence[Option]) -> str:
    """Return the help screen, laid out as the original's."""
    lines = ["Usage: skylens-daemon [options]"]
    for option in options:
        short = f"-{option.short}" if option.short else "  "
        lines.append(f"\t{short}\t--{option.flag:<16}\t{option.help}")
    lines.append(f"\t-h\t--{'help':<16}\tShow this screen")
    return "\n".join(lines)


def _split(argument: str) -> tuple[str, str | None]:
    name = argument[2:] if argument.startswith("--") else argument[1:]
    if not name or name[0] in "-=":
        raise UsageError(f"bad flag syntax: {argument}")
    name, equals, value = name.partition("=")
    return name, value if equals else None


def _read(option: Option, name: str, value: str) -> str | int | bool:
    try:
        return option.read(value)
    except ValueError as exc:
        if option.kind is bool:
            raise UsageError(f'invalid boolean value "{value}" for -{name}: parse error') from exc
        raise UsageError(f'invalid value "{value}" for flag -{name}: parse error') from exc
