"""ApiCall: what the policy engine and the audit trail are told of an exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skylens.registry import ApiCall

if TYPE_CHECKING:
    from skylens.gateway.exchange import Exchange


def api_call(exchange: Exchange) -> ApiCall:
    """Return the call that an exchange carries, made once; behind the step that finds the operation."""
    if exchange.call is None:
        if exchange.operation is None or exchange.caller is None:
            raise AssertionError("a call has an operation and a caller")
        headers = exchange.request.headers
        exchange.call = ApiCall(
            caller=exchange.caller,
            service=exchange.identified.name,
            operation=exchange.operation.name,
            request=exchange.input,
            time=exchange.time,
            request_id=exchange.request_id,
            source_ip=exchange.source_ip,
            user_agent=headers.get("user-agent", ""),
            referer=headers.get("referer", ""),
            host=headers.get("host", ""),
            tls=exchange.tls,
            trace_header=headers.get("x-amzn-trace-id", ""),
        )
    return exchange.call
