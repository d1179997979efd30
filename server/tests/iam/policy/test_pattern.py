"""Patterns against the standard library's, and against those who would keep the server busy."""

import re
import time

from hypothesis import given
from hypothesis import strategies as st

from skylens.iam.policy.pattern import glob

TEXTS = st.text("ab:/\n", max_size=12)


def slow_glob(pattern, text):
    expression = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern)
    return re.fullmatch(expression, text, re.DOTALL) is not None


@given(st.text("ab:*?\n", max_size=8), TEXTS)
def test_a_pattern_means_what_it_means_elsewhere(pattern, text):
    assert glob(pattern)(text) is slow_glob(pattern, text)


@given(TEXTS)
def test_a_text_without_wildcards_matches_itself_only(text):
    assert glob(text)(text)
    assert not glob(text)(text + "a")


def test_a_hostile_pattern_takes_no_time():
    match = glob("*a" * 500 + "*b")
    before = time.process_time()
    assert not match("a" * 10_000)
    assert time.process_time() - before < 1
