"""Sql: a piece of ClickHouse SQL and its values, kept apart until the engine binds them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Param:
    """A value and the ClickHouse type it is bound as: ``Param("String", "checkout")``."""

    type: str
    value: object


@dataclass(frozen=True, slots=True)
class Sql:
    """SQL text in which every ``?`` stands for the next parameter; no caller's value is ever in the text.

    >>> Sql("name = ?", (Param("String", "checkout"),))
    <Sql name = ? ['checkout']>
    """

    text: str
    params: tuple[Param, ...] = ()

    def __post_init__(self) -> None:
        if self.text.count("?") != len(self.params):
            raise ValueError(f"{self.text.count('?')} placeholders for {len(self.params)} parameters: {self.text}")

    def __repr__(self) -> str:
        return f"<Sql {self.text} {[p.value for p in self.params]}>"

    def bind(self, prefix: str = "p") -> tuple[str, dict[str, object]]:
        """Return the text with ClickHouse's typed placeholders, and the values by name.

        >>> Sql("name = ?", (Param("String", "a"),)).bind()
        ('name = {p0:String}', {'p0': 'a'})
        """
        pieces = self.text.split("?")
        named = [f"{{{prefix}{i}:{param.type}}}" for i, param in enumerate(self.params)]
        text = pieces[0] + "".join(name + piece for name, piece in zip(named, pieces[1:], strict=True))
        return text, {f"{prefix}{i}": param.value for i, param in enumerate(self.params)}


TRUE: Final = Sql("true")
FALSE: Final = Sql("false")


def join(separator: str, pieces: Iterable[Sql]) -> Sql:
    """Return the pieces in one, their texts joined by the separator and their parameters in order."""
    parts = tuple(pieces)
    return Sql(separator.join(p.text for p in parts), tuple(v for p in parts for v in p.params))


def all_of(conditions: Iterable[Sql]) -> Sql:
    """Return the conjunction; nothing to hold is true.

    >>> all_of([Sql("a"), Sql("b")])
    <Sql (a AND b) []>
    """
    parts = [c for c in conditions if c != TRUE]
    return parts[0] if len(parts) == 1 else _wrap(join(" AND ", parts)) if parts else TRUE


def any_of(conditions: Iterable[Sql]) -> Sql:
    """Return the disjunction; nothing to choose from is false."""
    parts = tuple(conditions)
    if TRUE in parts:
        return TRUE
    return parts[0] if len(parts) == 1 else _wrap(join(" OR ", parts)) if parts else FALSE


def negate(condition: Sql) -> Sql:
    """Return the negation.

    >>> negate(Sql("a"))
    <Sql (NOT a) []>
    """
    return _wrap(Sql("NOT " + condition.text, condition.params))


def _wrap(piece: Sql) -> Sql:
    return Sql(f"({piece.text})", piece.params)
