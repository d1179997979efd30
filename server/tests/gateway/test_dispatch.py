"""Dispatch: which threads a handler runs on."""

import asyncio
import threading
from datetime import UTC, datetime

import pytest
from gateway.conftest import Recorded

from skylens.buckets.all_buckets import AllBuckets
from skylens.caller import Caller, Region, root_of
from skylens.config import Limits
from skylens.gateway.dispatch import Dispatcher, Tools
from skylens.iam.authorization import everything_allowed
from skylens.iam.resource_policy_checks import ResourcePolicyChecks
from skylens.registry import HANDLERS, ApiCall, Handler
from skylens.wire.errors import ServiceError
from skylens.wire.models import load
from skylens.xray import operations  # noqa: F401  # registers the handlers

QUERY, TARGETS = (load("xray").operations[name] for name in ("GetTraceSummaries", "GetSamplingTargets"))
CALLER = Caller(root_of("000000000000"), Region("us-east-1"), "AKIAEXAMPLE")


def made(op):
    return ApiCall(CALLER, "xray", op.name, {}, datetime(2026, 7, 1, tzinfo=UTC), "id")


async def test_queries_that_take_all_threads_and_places_keep_no_quick_operation_waiting(
    store, control, clock, ids, tmp_path
):
    end = threading.Event()

    def slow(_call, _request):
        end.wait(20)
        return {}

    def quick(_call, _request):
        return {"UnprocessedStatistics": []}

    handlers = {
        ("xray", QUERY.name): Handler("xray", QUERY.name, slow, is_async=False),
        ("xray", TARGETS.name): Handler("xray", TARGETS.name, quick, is_async=False, is_quick=True),
    }
    tools = Tools(clock, ids, Limits(), store, control, AllBuckets(tmp_path), ResourcePolicyChecks(None))
    dispatcher = Dispatcher(tools, Recorded(), everything_allowed, threads=1, handlers=handlers)
    queries = [asyncio.create_task(dispatcher.answer(QUERY, made(QUERY))) for _ in range(33)]
    try:
        await asyncio.sleep(0)
        with pytest.raises(ServiceError, match="waiting"):
            await dispatcher.answer(QUERY, made(QUERY))
        async with asyncio.timeout(5):
            assert await dispatcher.answer(TARGETS, made(TARGETS)) == {"UnprocessedStatistics": []}
        assert not any(query.done() for query in queries)
    finally:
        end.set()
        await asyncio.gather(*queries)
        dispatcher.close()


def test_what_sampling_clients_ask_for_is_quick():
    quick = {name for (service, name), handler in HANDLERS.items() if handler.is_quick and service == "xray"}
    assert quick == {"GetSamplingRules", "GetSamplingTargets"}
