"""Queries: the .sql files of the services, found by package and name, filled with values and compiled conditions.

In a file, ``{account:String}`` is a parameter, ``/*{where}*/`` a slot for compiled SQL.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from skylens.sql import Param, Sql

_HOLE = re.compile(r"/\*\{(?P<slot>\w+)\}\*/|\{(?P<name>\w+):(?P<type>[^{}]+)\}")
_COMMENT = re.compile(r"--[^\n]*")


@dataclass(frozen=True, slots=True)
class Query:
    """One .sql file."""

    package: str
    name: str
    text: str

    @property
    def slots(self) -> frozenset[str]:
        """The names of its slots."""
        return frozenset(hole["slot"] for hole in _HOLE.finditer(self.text) if hole["slot"])

    @property
    def parameters(self) -> frozenset[str]:
        """The names of its parameters."""
        return frozenset(hole["name"] for hole in _HOLE.finditer(self.text) if hole["name"])

    def fill(self, slots: Mapping[str, Sql] | None = None, **values: object) -> Sql:
        """Return the query with every slot and parameter given; one too few or too many is a TypeError."""
        filled = dict(slots or {})
        if filled.keys() != self.slots or values.keys() != self.parameters:
            raise TypeError(
                f"{self!r} has slots {sorted(self.slots)} and parameters {sorted(self.parameters)}, "
                f"got {sorted(filled)} and {sorted(values)}"
            )
        text, end = "", 0
        params: list[Param] = []
        for hole in _HOLE.finditer(self.text):
            text += self.text[end : hole.start()]
            if hole["slot"]:
                text += filled[hole["slot"]].text
                params += filled[hole["slot"]].params
            else:
                text += "?"
                params.append(Param(hole["type"].strip(), values[hole["name"]]))
            end = hole.end()
        return Sql(text + self.text[end:], tuple(params))

    def __repr__(self) -> str:
        return f"<Query {self.package}/{self.name}>"


@cache
def query(package: str, name: str) -> Query:
    """Return ``<package>/queries/<name>.sql``: ``query("skylens.xray", "search_traces")``."""
    path = files(package) / "queries" / f"{name}.sql"
    if not path.is_file():
        raise LookupError(f"no query {name!r} in {package}/queries")
    text = _COMMENT.sub("", path.read_text(encoding="utf-8")).strip().removesuffix(";")
    if "?" in text:
        raise ValueError(
            f"{package}/queries/{name}.sql: a question mark is a placeholder; write the condition without it"
        )
    return Query(package, name, text)
