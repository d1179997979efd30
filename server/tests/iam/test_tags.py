"""Tags: adding and taking them."""

from hypothesis import given
from hypothesis import strategies as st

from skylens.iam.tags import added, documents, removed

TAGS = st.dictionaries(st.text(st.sampled_from("abAB"), min_size=1, max_size=2), st.text(max_size=2), max_size=6)


def folded(tags):
    return {key.lower() for key in tags}


@given(TAGS, TAGS)
def test_new_tags_are_all_there_and_old_ones_but_those_replaced(old, new):
    together = added(old, new, tells_case=True)
    assert together == {**old, **new}


@given(TAGS, TAGS)
def test_where_case_is_not_told_a_key_is_there_once(old, new):
    old, new = unique(old), unique(new)
    together = added(old, new, tells_case=False)
    assert len(folded(together)) == len(together)
    assert folded(together) == folded(old) | folded(new)
    assert new.items() <= together.items()


@given(TAGS, TAGS)
def test_tags_that_were_taken_are_gone_and_no_other(old, gone):
    assert removed(old, gone, tells_case=True) == {key: value for key, value in old.items() if key not in gone}
    assert folded(removed(old, gone, tells_case=False)) == folded(old) - folded(gone)


@given(TAGS)
def test_tags_are_told_by_key(tags):
    assert [each["Key"] for each in documents(tags)] == sorted(tags)


def unique(tags):
    return {key: value for key, value in tags.items() if key == next(k for k in tags if k.lower() == key.lower())}
