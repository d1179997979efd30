"""Ciphertexts: only the whole blob, the same key and the same context give the plaintext back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skylens.kms import ciphertext
from skylens.kms.encryption_context import digest, encoded
from skylens.kms.errors import InvalidCiphertext, InvalidRequest

KEY_IDS = ("12345678-1234-4123-8123-123456789abc", "mrk-123456781234412381231234567890ab")
SECRET = bytes(range(32))
CONTEXTS = st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=8), max_size=4)


def opened(blob, context, secret=SECRET):
    return ciphertext.unseal(ciphertext.parse(blob), secret, context)


@given(st.sampled_from(KEY_IDS), st.integers(1, 2**32 - 1), st.binary(min_size=1, max_size=200), CONTEXTS)
def test_what_was_sealed_is_opened_and_names_its_key(key_id, number, plaintext, context):
    blob = ciphertext.seal(key_id, number, SECRET, plaintext, context)
    parsed = ciphertext.parse(blob)
    assert (parsed.key_id, parsed.number) == (key_id, number)
    assert opened(blob, dict(reversed(context.items()))) == plaintext


@given(st.data(), st.binary(min_size=1, max_size=40), CONTEXTS)
def test_a_changed_bit_is_noticed_wherever_it_is(data, plaintext, context):
    blob = bytearray(ciphertext.seal(KEY_IDS[0], 1, SECRET, plaintext, context))
    blob[data.draw(st.integers(0, len(blob) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(InvalidCiphertext):
        opened(bytes(blob), context)


@given(st.data(), st.binary(min_size=1, max_size=40))
def test_a_blob_cut_short_or_made_longer_is_none(data, plaintext):
    blob = ciphertext.seal(KEY_IDS[1], 1, SECRET, plaintext, {})
    cut = blob[: data.draw(st.integers(0, len(blob) - 1))]
    for wrong in (cut, blob + data.draw(st.binary(min_size=1, max_size=5))):
        with pytest.raises(InvalidCiphertext):
            opened(wrong, {})


@given(st.binary(max_size=200))
def test_foreign_bytes_are_no_ciphertext(blob):
    with pytest.raises(InvalidCiphertext):
        opened(blob, {})


@given(CONTEXTS, CONTEXTS)
def test_another_context_opens_nothing(context, other):
    blob = ciphertext.seal(KEY_IDS[0], 1, SECRET, b"text", context)
    if context == other:
        assert opened(blob, other) == b"text"
        return
    with pytest.raises(InvalidCiphertext):
        opened(blob, other)


@given(CONTEXTS, CONTEXTS)
def test_two_contexts_have_one_encoding_only_if_they_are_one(context, other):
    assert (encoded(context) == encoded(other)) == (context == other)
    assert (digest(context) == digest(other)) == (context == other)


def test_another_key_opens_nothing_and_no_two_blobs_are_alike():
    first, second = (ciphertext.seal(KEY_IDS[0], 1, SECRET, b"text", {}) for _ in range(2))
    assert first != second
    with pytest.raises(InvalidCiphertext):
        opened(first, {}, secret=bytes(32))


def test_a_context_has_a_largest_size():
    ciphertext.seal(KEY_IDS[0], 1, SECRET, b"text", {"k": "v" * 8191})
    with pytest.raises(InvalidRequest):
        ciphertext.seal(KEY_IDS[0], 1, SECRET, b"text", {"k": "v" * 8192})
