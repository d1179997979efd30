"""The examples in docstrings run, and give what they say."""

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = (ROOT / "server" / "src", ROOT / "daemon" / "src")


def modules_with_examples() -> list[str]:
    return [
        ".".join(path.relative_to(source).with_suffix("").parts).removesuffix(".__init__")
        for source in SOURCES
        for path in sorted(source.rglob("*.py"))
        if ">>> " in path.read_text(encoding="utf-8")
    ]


@pytest.mark.parametrize("name", modules_with_examples())
def test_the_examples_of_a_module_are_true(name):
    outcome = doctest.testmod(importlib.import_module(name), report=True)
    assert outcome.attempted > 0
    assert outcome.failed == 0
