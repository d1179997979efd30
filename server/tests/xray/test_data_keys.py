"""Data keys are kept for as long as a document may name them."""

from datetime import timedelta

import pytest
from builders import CALLER, NOW
from sqlalchemy import insert, select
from store.rows_of_tests import some_segments

from skylens.store.control.schema.data_keys import DATA_KEYS
from skylens.xray.data_keys import forget_unused
from skylens.xray.owner import owner


@pytest.fixture
def made(control):
    """A data key that was made at NOW."""
    row = {"id": "1", "key_arn": "arn", "wrapped": b"", "created_at": NOW, **owner(CALLER)}
    with control.begin() as connection:
        connection.execute(insert(DATA_KEYS).values(row))


@pytest.mark.parametrize(
    ("oldest_days", "days", "left"),
    [
        (None, 1.9, 1),  # what it seals now may be on its way
        (None, 2.1, 0),
        (1.9, 3, 1),
        (2.1, 3, 0),
        (-300, 3, 1),  # newer ones may lie behind the oldest
        (400, 1.9, 1),  # a row of a broken clock
    ],
)
@pytest.mark.usefixtures("made")
async def test_a_data_key_goes_when_every_document_is_later_than_it_can_seal(control, store, oldest_days, days, left):
    if oldest_days is not None:
        oldest = int((NOW + timedelta(days=oldest_days)).timestamp())
        await store.append("segments", some_segments(2, trace_ts=[oldest, oldest + 86_400]))
    assert forget_unused(control, store, NOW + timedelta(days=days)) == 1 - left
    with control.read() as connection:
        assert len(connection.scalars(select(DATA_KEYS.c.id)).all()) == left
