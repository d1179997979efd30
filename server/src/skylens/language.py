"""What every expression language shares: its grammar from a file, and errors that point at their place."""

from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput


class LanguageError(ValueError):
    """An expression that cannot be understood, and where: ``at`` counts characters from zero."""

    def __init__(self, reason: str, *, at: int, text: str = "") -> None:
        self.reason, self.at, self.text = reason, at, text
        super().__init__(f"{reason} at position {at}")


@cache
def load_grammar(package: str, *, start: str) -> Any:
    """Return the LALR parser of the ``grammar.lark`` that lies in a package."""
    grammar = files(package).joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, start=start, parser="lalr", propagate_positions=True, maybe_placeholders=False)


def parse_error(error: UnexpectedInput, text: str) -> LanguageError:
    """Turn lark's complaint into one that names the offending text and its position."""
    at = getattr(error, "pos_in_stream", None)
    if isinstance(error, UnexpectedEOF) or at is None or at < 0:
        return LanguageError("unexpected end of expression", at=len(text), text=text)
    if isinstance(error, UnexpectedCharacters):
        return LanguageError(f"unexpected character {text[at : at + 1]!r}", at=at, text=text)
    token = getattr(error, "token", "")
    if not str(token):
        return LanguageError("unexpected end of expression", at=len(text), text=text)
    return LanguageError(f"unexpected {str(token)!r}", at=at, text=text)
