"""Settings and limits: what is documented as a limit is one."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

import skylens
from skylens.config import Limits

PACKAGE = Path(skylens.__file__).parent
CODE = "\n".join(path.read_text() for path in PACKAGE.rglob("*.py") if path.name != "config.py")


@pytest.mark.parametrize("limit", [field.name for field in fields(Limits)])
def test_every_limit_is_read_by_something(limit):
    assert re.search(rf"\.{limit}\b", CODE)
