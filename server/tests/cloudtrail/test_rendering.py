"""Rendering: of whatever a model marks as secret or as content, nothing comes through; of everything else, all."""

import json
import random  # noqa: TID251  # seeded

import msgspec
import pytest
from random_values import value_of

from skylens.cloudtrail import rendering
from skylens.wire.models import SERVICE_NAMES, load

OPERATIONS = [op for name in SERVICE_NAMES for op in load(name).operations.values()]
SECRET = "dont-tell"


def with_secrets(shape, value):
    """The value, with every secret and every content replaced by one that is looked for."""
    if shape.type == "blob":
        return SECRET.encode()
    if shape.is_sensitive:
        return SECRET if shape.type == "string" else value
    match shape.type:
        case "structure":
            return {name: with_secrets(shape.members[name].shape, item) for name, item in value.items()}
        case "list":
            return [with_secrets(shape.members["member"].shape, item) for item in value]
        case "map":
            return {key: with_secrets(shape.members["value"].shape, item) for key, item in value.items()}
    return value


@pytest.mark.parametrize("op", OPERATIONS, ids=lambda op: f"{op.service.name}:{op.name}")
def test_no_secret_of_any_operation_comes_through(op):
    chance = random.Random(f"{op.service.name}:{op.name}")
    for shape, render in (
        (op.input, rendering.of_request),
        (op.output, lambda shape: rendering.of_answer(shape, dates_as_text=True)),
    ):
        if shape is not None:
            shown = render(shape)(with_secrets(shape, value_of(shape, chance)))
            text = msgspec.json.encode(shown).decode()
            assert SECRET not in text
            assert all(name[:1] == name[:1].lower() for name in json.loads(text))


def test_what_is_no_secret_is_shown_as_it_was():
    shape = load("xray").operations["CreateSamplingRule"].input
    rule = {"RuleName": "slow", "FixedRate": 0.5, "Attributes": {"Some-Key": "v"}, "Priority": 1}
    assert rendering.of_request(shape)({"SamplingRule": rule, "Tags": [{"Key": "Team", "Value": "A"}]}) == {
        "samplingRule": {"ruleName": "slow", "fixedRate": 0.5, "attributes": {"Some-Key": "v"}, "priority": 1},
        "tags": [{"key": "Team", "value": "A"}],
    }
