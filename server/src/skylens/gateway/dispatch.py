"""From an operation to the function that answers it: on a bounded pool, or on the loop where a handler awaits."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from skylens import registry
from skylens.api_events import ApiEvent, NotRecorded
from skylens.caller import Caller, service_caller
from skylens.gateway import metrics
from skylens.gateway.api_call import api_call
from skylens.gateway.authorize import denial
from skylens.gateway.throttle import throttled
from skylens.registry import HANDLERS, AccessDenied, ApiCall, Call, Handler, Invoke
from skylens.store import StoreBusy, StoreFull, StoreUnavailable
from skylens.wire.errors import ServiceError
from skylens.wire.models import Operation, load

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from skylens.api_events import Record
    from skylens.buckets.all_buckets import AllBuckets
    from skylens.clock import Clock
    from skylens.config import Limits
    from skylens.gateway.exchange import Exchange
    from skylens.gateway.world import World
    from skylens.ids import Ids
    from skylens.registry import Authorize, Input, Output, ResourcePolicies
    from skylens.store import Store
    from skylens.store.control import Control

logger = logging.getLogger(__name__)

# Calls that may wait for a thread, for each thread: at 50 ms a call the last of them waits under two seconds.
_WAITING_PER_THREAD = 32
_QUICK_THREADS = 2  # their calls take about a millisecond, and writes to the control store go one at a time
_FAILED = "The request processing has failed because of an unknown error, exception or failure."


@dataclass(frozen=True, slots=True)
class Tools:
    """What every Call carries beside its caller."""

    clock: Clock
    ids: Ids
    limits: Limits
    store: Store
    control: Control
    buckets: AllBuckets
    policies: ResourcePolicies


class Lane:
    """Threads for some of the handlers; at most so many calls run in them or wait for them."""

    def __init__(self, name: str, threads: int) -> None:
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self.running = 0
        self._most = threads * (1 + _WAITING_PER_THREAD)

    @property
    def is_full(self) -> bool:
        """Whether another call would wait too long."""
        return self.running >= self._most


class Dispatcher:
    """Runs handlers. Its loop is the one that is running when ``start`` is called."""

    def __init__(
        self,
        tools: Tools,
        record: Record,
        authorize: Authorize,
        *,
        threads: int,
        handlers: Mapping[tuple[str, str], Handler] = HANDLERS,
    ) -> None:
        self._tools = tools
        self._record, self._authorize = record, authorize
        self._handlers = handlers
        self._lane, self._quick_lane = Lane("handler", threads), Lane("quick-handler", _QUICK_THREADS)
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Remember the loop that asynchronous handlers run on."""
        self._loop = asyncio.get_running_loop()

    async def answer(self, op: Operation, made: ApiCall) -> Output:
        """Return the operation's output, or raise a ServiceError."""
        handler = self._handler(op)
        call = self._call(op, made)
        lane = self._quick_lane if handler.is_quick else self._lane
        if lane.is_full:
            raise throttled(op.service, "Too many calls are waiting; try again.")
        lane.running += 1
        metrics.RUNNING.inc()
        try:
            if handler.is_async:
                return await cast("Awaitable[Output]", handler.function(call, made.request))
            loop = asyncio.get_running_loop()
            return cast("Output", await loop.run_in_executor(lane.pool, handler.function, call, made.request))
        except ServiceError:
            raise
        except Exception as error:
            raise told(error, op, made.request_id) from error
        finally:
            lane.running -= 1
            metrics.RUNNING.dec()

    def invoke_as(self, caller: Caller, source: str, via: tuple[str, ...] = ()) -> Invoke:
        """Return a function by which ``source`` (``cloudwatch.amazonaws.com``) calls operations for ``caller``.

        ``via`` names the services that passed the call on before.
        """
        inner = replace(caller, invoked_by=source)

        def invoke(service: str, operation: str, request: Input) -> Output:
            return self._invoke(inner, (*via, source), load(service).operations[operation], request)

        return invoke

    def close(self) -> None:
        """Wait for the handlers that run."""
        self._lane.pool.shutdown()
        self._quick_lane.pool.shutdown()

    def _invoke(self, caller: Caller, via: tuple[str, ...], op: Operation, request: Input) -> Output:
        # In the thread that asks: one that waited for another of the pool's threads could wait for ever.
        made = self._made(caller, via, op, request)
        try:
            self._authorize(made)
            self._record.admit(made)
            output = self._run(self._handler(op), self._call(op, made), request)
        except ServiceError as error:
            self._note(ApiEvent(made, self._tools.clock.now(), None, error.code, error.message))
            raise
        except Exception as error:
            failure = told(error, op, made.request_id)
            self._note(ApiEvent(made, self._tools.clock.now(), None, failure.code, failure.message))
            raise failure from error
        self._note(ApiEvent(made, self._tools.clock.now(), output))
        return output

    def _made(self, caller: Caller, via: tuple[str, ...], op: Operation, request: Input) -> ApiCall:
        """Return a call that the last of these services makes for its caller, asked by those before it."""
        now, request_id = self._tools.clock.now(), self._tools.ids.uuid()
        source = via[-1]
        return ApiCall(
            caller, op.service.name, op.name, request, now, request_id, source_ip=source, user_agent=source, via=via
        )

    def _note(self, event: ApiEvent) -> None:
        """Record a call from the thread that made it."""
        if self._loop is None:
            raise RuntimeError("recording needs a dispatcher that was started")
        asyncio.run_coroutine_threadsafe(_recorded(self._record, event), self._loop).result()

    def _run(self, handler: Handler, call: Call, request: Input) -> Output:
        result = handler.function(call, request)
        if not handler.is_async:
            return cast("Output", result)
        if self._loop is None:
            raise RuntimeError("an asynchronous handler needs a dispatcher that was started")
        future = asyncio.run_coroutine_threadsafe(_awaited(cast("Awaitable[Output]", result)), self._loop)
        return future.result()

    def _handler(self, op: Operation) -> Handler:
        handler = self._handlers.get((op.service.name, op.name))
        if handler is None:
            sentence = f"{op.service.name}:{op.name} is not implemented. `skylens operations {op.name}` says why."
            raise ServiceError("NotImplementedException", sentence)
        return handler

    def _call(self, op: Operation, made: ApiCall) -> Call:
        tools, source = self._tools, f"{op.service.endpoint_prefix}.amazonaws.com"
        caller, via = made.caller, made.via

        def as_service(service: str, operation: str, request: Input) -> Output:  # which few calls need
            itself = service_caller(caller.account, caller.region, source)
            return self.invoke_as(itself, source, via)(service, operation, request)

        return Call(
            api_call=made,
            now=tools.clock.now(),
            ids=tools.ids,
            limits=tools.limits,
            store=tools.store,
            control=tools.control,
            invoke=self.invoke_as(caller, source, via),
            invoke_as_service=as_service,
            buckets=tools.buckets,
            policies=tools.policies,
        )


async def dispatch(exchange: Exchange, world: World) -> None:
    """Let the operation's handler answer."""
    op = exchange.operation
    if op is None:
        raise AssertionError("dispatch comes after the step that finds the operation")
    made = api_call(exchange)
    try:
        world.record.admit(made)
    except NotRecorded as failure:
        raise not_recorded(failure) from failure
    exchange.output = await world.dispatcher.answer(op, made)


def told(error: Exception, op: Operation, request_id: str) -> ServiceError:
    """Return the AWS error for whatever a handler raised; one that nobody declared is logged and tells nothing."""
    if code := registry.error_code(error):
        return ServiceError(code, str(error), members=_members(op, code, error))
    match error:
        case AccessDenied():
            return denial(error)
        case NotRecorded():
            return not_recorded(error)
        case StoreBusy():
            return throttled(op.service, str(error))
        case StoreFull() | StoreUnavailable():
            logger.error("event=store_failed request=%s operation=%s why=%s", request_id, op.name, error)
            return ServiceError("ServiceUnavailableException", str(error))
    return internal_failure(error, request_id)


def not_recorded(failure: NotRecorded) -> ServiceError:
    """Return the answer to a call whose event cannot be kept."""
    return ServiceError("ServiceUnavailableException", f"The audit trail cannot take the call: {failure}")


def internal_failure(error: Exception, request_id: str) -> ServiceError:
    """Return the error for a defect of ours, and log it under the request id that the caller is given."""
    logger.error("event=internal_failure request=%s", request_id, exc_info=error)
    return ServiceError("InternalFailure", _FAILED)


def _members(op: Operation, code: str, error: Exception) -> dict[str, Any]:
    # Where AWS's shape names the resource that an error is about, the exception calls it ``resource``.
    shape = op.errors[code].shape if code in op.errors else None
    resource = getattr(error, "resource", None)
    return {"ResourceName": resource} if resource and shape and "ResourceName" in shape.members else {}


async def _recorded(record: Record, event: ApiEvent) -> None:
    try:
        waiting = record(event)
        if waiting is not None:
            await waiting
    except NotRecorded as failure:
        raise not_recorded(failure) from failure


async def _awaited(result: Awaitable[Output]) -> Output:
    return await result
