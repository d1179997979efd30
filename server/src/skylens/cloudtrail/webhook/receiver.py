"""Receiver: one request tells it one event; its answer says whether it has it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

import httpx

from skylens.cloudtrail.webhook.envelope import envelope
from skylens.cloudtrail.webhook.signature import signed_headers

if TYPE_CHECKING:
    from skylens.clock import Clock
    from skylens.cloudtrail.event_store import StoredEvent
    from skylens.cloudtrail.webhook.target import Target

SECONDS: Final = 5  # from first to last, as API destinations of EventBridge have
_MOST_BYTES: Final = 16 * 1024  # of an answer are read, so that its connection serves again
# What a receiver says of itself and not of the event: it is asked again, as by EventBridge, and on 408 and 425, too.
_AGAIN: Final = frozenset({401, 407, 408, 409, 425, 429})

Verdict: TypeAlias = Literal["has it", "refuses it", "ask again"]


class Answer(NamedTuple):
    """What became of a request, and why."""

    verdict: Verdict
    why: str


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where the target is told. One client serves a round of requests."""

    target: Target
    clock: Clock

    async def tell(self, client: httpx.AsyncClient, event: StoredEvent) -> Answer:
        """Send an event and say what the receiver made of it."""
        body = envelope(event)
        headers = signed_headers(self.target.secret, event.id, int(self.clock.now().timestamp()), body)
        status = 0
        try:
            async with (
                asyncio.timeout(SECONDS),
                client.stream("POST", self.target.url, content=body, headers=headers) as answer,
            ):
                status = answer.status_code
                await _read_little(answer)
        except (httpx.HTTPError, OSError) as error:  # of which TimeoutError is one
            if not status:
                return Answer("ask again", type(error).__name__)
        return Answer(verdict(status), str(status))


def verdict(status: int) -> Verdict:
    """Return what a status says. Redirects are not followed: the receiver is elsewhere, and has nothing yet.

    >>> verdict(204), verdict(302), verdict(400), verdict(429), verdict(503)
    ('has it', 'ask again', 'refuses it', 'ask again', 'ask again')
    """
    if 200 <= status < 300:  # noqa: PLR2004  # as HTTP has it
        return "has it"
    return "refuses it" if 400 <= status < 500 and status not in _AGAIN else "ask again"  # noqa: PLR2004  # the same


async def _read_little(answer: httpx.Response) -> None:
    size = 0
    with suppress(httpx.StreamError):
        async for piece in answer.aiter_raw():
            size += len(piece)
            if size > _MOST_BYTES:
                return
