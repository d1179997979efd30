"""botocore is the oracle: what its serialisers write we read, what we write its parsers read.

Every operation of every service in every protocol that the service speaks, over random values from a fixed seed.
"""

from __future__ import annotations

import contextlib
import random  # noqa: TID251 — seeded
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from botocore.awsrequest import HeadersDict, create_request_object, prepare_request_dict
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from random_values import value_of

from skylens.wire import models, protocols
from skylens.wire.errors import ServiceError
from skylens.wire.http import WireRequest, WireResponse

ROUNDS = 3
REQUEST = WireRequest("POST", "/", headers={"x-amzn-query-mode": "true"})
CASES = [
    pytest.param(name, protocol, operation, id=f"{name}-{protocol}-{operation}")
    for name in models.SERVICE_NAMES
    for protocol in models.load(name).protocols
    for operation in models.load(name).operations
]
every_operation = pytest.mark.parametrize(("name", "protocol", "operation"), CASES)


@cache
def _botocore(name: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(name, "service-2"), name)


def _request(name: str, protocol: str, operation: str, value: dict[str, Any]) -> WireRequest:
    model = _botocore(name).operation_model(operation)
    serialized = create_serializer(protocol, include_validation=False).serialize_to_request(value, model)
    prepare_request_dict(serialized, "http://127.0.0.1:8000")
    prepared = create_request_object(serialized).prepare()
    path, _, query = prepared.url.removeprefix("http://127.0.0.1:8000").partition("?")
    body = prepared.body or b""
    headers = {key.lower(): text if isinstance(text, str) else text.decode() for key, text in prepared.headers.items()}
    return WireRequest(prepared.method, path, query, headers, body.encode() if isinstance(body, str) else body)


def _parsed(name: str, protocol: str, operation: str, response: WireResponse) -> dict[str, Any]:
    """Return what a boto3 client gives its caller, an error's members included (botocore/endpoint.py)."""
    model = _botocore(name).operation_model(operation)
    answer = {"status_code": response.status, "headers": HeadersDict(response.headers), "body": response.body}
    parser = create_parser(protocol)
    parsed = parser.parse(answer, model.output_shape)
    if response.status >= 300:
        shape = model.service_model.shape_for_error_code(parsed["Error"]["Code"])
        parsed.update(parser.parse(answer, shape) if shape else {})
    return parsed


def _chance(*parts: object) -> random.Random:
    return random.Random("/".join(map(str, parts)))


@every_operation
def test_what_botocore_sends_is_read_as_it_was_meant(name: str, protocol: str, operation: str):
    op = models.load(name).operations[operation]
    for turn in range(ROUNDS):
        chance = _chance(name, operation, turn)
        value = value_of(op.input, chance, fill=1.0 if turn == 0 else 0.5) if op.input else {}
        request = _request(name, protocol, operation, value)
        spoken, asked = protocols.match(request, op.service)
        assert (spoken.NAME, asked) == (protocol, operation)
        assert spoken.parse(request, op) == value


@every_operation
def test_what_we_answer_is_read_by_botocore_as_it_was_meant(name: str, protocol: str, operation: str):
    op = models.load(name).operations[operation]
    for turn in range(ROUNDS):
        value = (
            value_of(op.output, _chance(name, operation, "output", turn), fill=1.0 if turn == 0 else 0.5)
            if op.output
            else {}
        )
        if op.output_stream:
            continue  # frames are tested in test_event_stream.py
        response = protocols.PROTOCOLS[protocol].serialize(op, value, f"id-{turn}", REQUEST)
        parsed = _parsed(name, protocol, operation, response)
        metadata = parsed.pop("ResponseMetadata")
        assert parsed == value
        assert metadata.get("RequestId", response.headers["x-amzn-RequestId"]) == f"id-{turn}"


@every_operation
def test_every_declared_error_is_read_by_botocore_with_its_members(name: str, protocol: str, operation: str):
    op = models.load(name).operations[operation]
    for code, error in op.errors.items():
        members = value_of(error.shape, _chance(name, operation, code))
        extra = {key: value for key, value in members.items() if key.lower() != "message"}
        failure = ServiceError(code, "It <failed> & that's that", members=extra)
        response = protocols.PROTOCOLS[protocol].serialize_error(op.service, op, failure, "id-1", REQUEST)
        parsed = _parsed(name, protocol, operation, response)
        has_query_codes = protocol == "query" or op.service.query_compatible
        assert parsed["Error"]["Code"] == (error.query_code if has_query_codes else code)
        assert parsed["Error"]["Message"] == "It <failed> & that's that"
        assert parsed["ResponseMetadata"]["RequestId"] == "id-1"
        assert response.status == error.status
        assert {key: parsed[key] for key in extra} == extra


@every_operation
def test_a_damaged_request_is_read_or_refused_and_never_a_crash(name: str, protocol: str, operation: str):
    op = models.load(name).operations[operation]
    chance = _chance(name, operation, "damage")
    request = _request(name, protocol, operation, value_of(op.input, chance) if op.input else {})
    for _ in range(10):
        damaged = replace(request, body=_damaged(request.body, chance))
        spoken, _ = protocols.match(damaged, op.service)
        with contextlib.suppress(ServiceError):  # any other exception fails the test
            value = spoken.parse(damaged, op)
            assert set(value) <= set(op.input.members if op.input else ())


def _damaged(body: bytes, chance: random.Random) -> bytes:
    """Return the body with a byte changed, a piece lost, a piece doubled or its end cut off."""
    at, length = chance.randrange(len(body) + 1), chance.randint(1, 9)
    before, after = body[:at], body[at:]
    return chance.choice(
        (
            before + chance.randbytes(1) + after[1:],
            before + after[length:],
            before + before[-length:] + after,
            before,
        )
    )
