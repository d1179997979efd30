"""Signing keys: one a month and region, overlapping; public parts stay, private ones go."""

import hashlib
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_der_public_key

from skylens.cloudtrail import signing_keys
from skylens.cloudtrail.signing_keys import OVERLAP, PRIVATE_PART_KEPT, VALID


def ready(control, clock, region="us-east-1", at=None):
    return signing_keys.ready(control, region, at or clock.now(), now=clock.now())


def listed(control, start, end, region="us-east-1"):
    with control.read() as connection:
        return signing_keys.public_keys(connection, region, start, end)


def test_a_signature_is_checked_with_the_public_key_that_is_listed(control, clock):
    key = ready(control, clock)
    signature = bytes.fromhex(key.sign(b"text"))
    [public] = listed(control, clock.now(), clock.now())
    assert (public.fingerprint, len(public.der)) == (key.fingerprint, 270)
    assert hashlib.md5(public.der, usedforsecurity=False).hexdigest() == public.fingerprint
    rsa = load_der_public_key(public.der)
    rsa.verify(signature, b"text", padding.PKCS1v15(), hashes.SHA256())
    with pytest.raises(InvalidSignature):
        rsa.verify(signature, b"Text", padding.PKCS1v15(), hashes.SHA256())


def test_a_key_signs_until_the_next_one_takes_over_and_both_are_listed_meanwhile(control, clock):
    first = ready(control, clock)
    clock.advance((VALID - OVERLAP).total_seconds() - 1)
    assert ready(control, clock).fingerprint == first.fingerprint
    clock.advance(1)
    second = ready(control, clock)
    assert second.fingerprint != first.fingerprint
    both = [key.fingerprint for key in listed(control, clock.now(), clock.now())]
    assert both == [first.fingerprint, second.fingerprint]
    clock.advance(OVERLAP.total_seconds() + 1)
    assert [key.fingerprint for key in listed(control, clock.now(), clock.now())] == [second.fingerprint]
    assert [key.fingerprint for key in listed(control, clock.now() - VALID, clock.now())] == both


def test_a_late_digest_is_signed_with_the_key_of_its_time(control, clock):
    at, first = clock.now() + timedelta(days=1), ready(control, clock)
    clock.advance(VALID.total_seconds())
    ready(control, clock)
    assert ready(control, clock, at=at).fingerprint == first.fingerprint


def test_a_moment_that_had_no_key_gets_one_that_is_listed_for_it(control, clock):
    at = clock.now()
    clock.advance(90 * 86400)
    key = ready(control, clock, at=at)
    assert [public.fingerprint for public in listed(control, at, at)] == [key.fingerprint]


def test_private_parts_are_forgotten_and_public_ones_stay(control, clock):
    at, first = clock.now(), ready(control, clock)
    clock.advance((VALID + PRIVATE_PART_KEPT).total_seconds() + 1)
    ready(control, clock)  # the new key's making is when old ones are looked at
    assert ready(control, clock, at=at).fingerprint != first.fingerprint
    assert first.fingerprint in [key.fingerprint for key in listed(control, at, at)]


def test_regions_have_keys_of_their_own(control, clock):
    assert ready(control, clock).fingerprint != ready(control, clock, "eu-west-1").fingerprint
    assert len(listed(control, clock.now(), clock.now())) == 1


def test_private_parts_are_sealed(control, clock, tmp_path):
    key = ready(control, clock)
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("state.sqlite*"))
    prime = key.private.private_numbers().p.to_bytes(128, "big")
    assert prime not in stored


def test_the_operation_lists_the_keys_of_a_range(cloudtrail, control, clock):
    key = ready(control, clock)
    now = clock.now().timestamp()
    [listed_key] = cloudtrail("ListPublicKeys")["PublicKeyList"]
    assert listed_key["Fingerprint"] == key.fingerprint
    assert (listed_key["ValidityStartTime"], listed_key["ValidityEndTime"]) == (now, now + VALID.total_seconds())
    assert cloudtrail("ListPublicKeys", StartTime=now - 100, EndTime=now - 50) == {"PublicKeyList": []}
    refused = cloudtrail.refusal("ListPublicKeys", StartTime=now, EndTime=now - 1)
    assert refused[0] == "InvalidTimeRangeException"
    assert cloudtrail.refusal("ListPublicKeys", NextToken="x")[0] == "InvalidTokenException"
    assert cloudtrail.elsewhere(region="eu-west-1")("ListPublicKeys") == {"PublicKeyList": []}
