"""batch.py: fifty at once, or what is there after a second."""

import asyncio
import json

from hypothesis import given
from hypothesis import strategies as st

from skylens_daemon.batch import Batches, request_body
from skylens_daemon.buffer import Buffer


def batches(idle_seconds=60.0, limit=1_000_000):
    return Batches(Buffer(limit), idle_seconds=idle_seconds)


async def test_fifty_documents_leave_at_once():
    made = batches()
    made.add([b"%d" % n for n in range(120)])
    assert [len(await made.next()), len(await made.next())] == [50, 50]


async def test_fewer_leave_when_the_first_has_waited():
    made = batches(idle_seconds=0.5)
    waiting = asyncio.create_task(made.next())
    await asyncio.sleep(0)
    made.add([b"a"])
    await asyncio.sleep(0.01)
    made.add([b"b"])
    assert not waiting.done()
    assert await waiting == [b"a", b"b"]


async def test_the_fiftieth_document_ends_the_wait():
    made = batches()
    waiting = asyncio.create_task(made.next())
    for number in range(50):
        made.add([b"%d" % number])
        await asyncio.sleep(0)
    async with asyncio.timeout(1):
        assert len(await waiting) == 50


async def test_nothing_leaves_an_empty_buffer():
    made = batches(idle_seconds=0.01)
    waiting = asyncio.create_task(made.next())
    await asyncio.sleep(0.05)
    assert not waiting.done()
    made.close()
    assert await waiting == []


async def test_closing_lets_the_rest_leave_at_once():
    made = batches()
    made.add([b"a"])
    made.close()
    assert [await made.next(), await made.next()] == [[b"a"], []]


async def test_adding_says_how_many_old_documents_had_to_go():
    made = batches(limit=100)
    assert made.add([b"x" * 10] * 3) == 2


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]))))
def test_the_body_carries_every_document_as_it_is(documents):
    body = request_body([document.encode() for document in documents])
    assert json.loads(body) == {"TraceSegmentDocuments": documents}


@given(st.lists(st.binary()))
def test_the_body_is_utf8_whatever_came_in(documents):
    assert len(json.loads(request_body(documents).decode())["TraceSegmentDocuments"]) == len(documents)


def test_bytes_that_are_no_utf8_become_replacement_characters_as_in_the_original():
    body = request_body([b'{"x":"\xff\xc3\xa9<&> \x07"}'])
    assert json.loads(body)["TraceSegmentDocuments"] == ['{"x":"�é<&> \x07"}']
