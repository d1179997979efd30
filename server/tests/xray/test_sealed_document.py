"""Sealed documents: opened where they were put and nowhere else."""

import base64

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from skylens.xray.sealed_document import DataKey, Unreadable, is_sealed, key_id, seal, unseal

KEY = DataKey("00000000000000ab", AESGCM(bytes(32)))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@given(TEXTS, st.binary(max_size=16))
def test_what_was_sealed_is_opened_where_it_was_put(document, place):
    text = seal(KEY, document, place)
    assert is_sealed(text)
    assert key_id(text) == KEY.id
    assert unseal(KEY, text, place) == document


@given(TEXTS, st.data())
def test_a_changed_byte_is_noticed(document, data):
    text = seal(KEY, document, b"here")
    head, body = text[:21], bytearray(base64.b64decode(text[21:]))
    body[data.draw(st.integers(0, len(body) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Unreadable):
        unseal(KEY, head + base64.b64encode(body).decode(), b"here")


def test_another_place_or_another_key_opens_nothing():
    text = seal(KEY, "{}", b"here")
    with pytest.raises(Unreadable):
        unseal(KEY, text, b"there")
    with pytest.raises(Unreadable):
        unseal(DataKey(KEY.id, AESGCM(bytes(31) + b"x")), text, b"here")


def test_no_document_is_taken_for_a_sealed_one():
    assert not any(map(is_sealed, ["{}", ' {"id":"1"}', "", "enc1"]))


def test_a_small_document_becomes_smaller():
    document = (
        '{"name":"checkout","id":"0123456789abcdef","trace_id":"1-6a1b2c3d-0123456789abcdef01234567",'
        '"start_time":1779384848.1,"end_time":1779384848.2,"http":{"request":{"method":"GET","url":"https://shop.example/"},'
        '"response":{"status":200}},"metadata":{"default":{"note":"text"}}}'
    )
    assert len(seal(KEY, document, b"here")) < len(document)
