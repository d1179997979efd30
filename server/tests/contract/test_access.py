"""Every operation that is answered says what it needs, and says it of whatever a caller may send."""

import random  # noqa: TID251  # a seeded source

import pytest
from random_values import value_of

import skylens.app  # noqa: F401  # registers every handler and what it needs
from skylens.caller import Caller, Region, root_of
from skylens.registry import ACCESS, HANDLERS
from skylens.wire.models import SERVICE_NAMES, load

CALLER = Caller(root_of("111122223333"), Region("eu-west-1"))
PREFIXES = {"s3", *SERVICE_NAMES}  # of actions: IAM's documentation calls each service as its model does
SEEDS = range(5)


def test_every_answered_operation_has_a_row_and_no_row_lacks_a_handler():
    assert ACCESS.keys() == HANDLERS.keys()


def needed(key, control, request):
    """What a call needs, as pairs of action and resource."""
    access = ACCESS[key]
    if access.needs is not None:
        return [(need.action, need.resource) for need in access.needs(control, CALLER, request)]
    action = access.action or ":".join(key)
    resources = list(access.resources(CALLER, request)) if access.resources else ["*"]
    if access.conditions:
        access.conditions(CALLER, request)
    return [(action, resource) for resource in resources] + list(access.also(CALLER, request) if access.also else [])


@pytest.mark.parametrize("key", sorted(ACCESS), ids=":".join)
@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_call_needs_can_be_told_of_every_valid_request(key, seed, control):
    service, operation = key
    shape = load(service).operations[operation].input
    request = value_of(shape, random.Random(seed), fill=seed / max(SEEDS)) if shape else {}
    for action, resource in needed(key, control, request):
        prefix, _, name = action.partition(":")
        assert (prefix in PREFIXES, bool(name), isinstance(resource, str)) == (True, True, True)


@pytest.mark.parametrize("key", sorted(key for key in ACCESS if not ACCESS[key].needs), ids=":".join)
def test_actions_are_named_for_service_and_operation(key):
    action = ACCESS[key].action
    assert not action or action.startswith(f"{key[0]}:")
