"""Pages: whatever their size, together they are the list."""

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skylens.iam.errors import ValidationError
from skylens.iam.pages import page

NAMES = st.sets(st.text(max_size=8), max_size=20)


def pages(names, size):
    request = {"MaxItems": size}
    while True:
        shown, more = page(names, request, str)
        yield shown
        if not more["IsTruncated"]:
            return
        request["Marker"] = more["Marker"]


@given(NAMES, st.integers(1, 25))
def test_pages_together_are_the_list_in_order(names, size):
    found = list(pages(names, size))
    assert list(chain(*found)) == sorted(names)
    assert all(len(each) == size for each in found[:-1])
    assert found[-1] or not names


@given(NAMES, st.integers(1, 5), st.data())
def test_what_goes_in_between_moves_nothing_else(names, size, data):
    shown, more = page(names, {"MaxItems": size}, str)
    if not more["IsTruncated"]:
        return
    gone = data.draw(st.sets(st.sampled_from(sorted(names))))
    rest, _ = page(names - gone, {"MaxItems": 1000, "Marker": more["Marker"]}, str)
    assert rest == sorted(names - gone - set(shown))


@pytest.mark.parametrize("marker", ["!", "a", "////", "w6"])
def test_a_marker_that_no_page_gave_is_refused(marker):
    with pytest.raises(ValidationError, match="Invalid Marker"):
        page(["a"], {"Marker": marker}, str)
