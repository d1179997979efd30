"""When keys and roles were used last, and for which services: noted on each call in memory, written down every few seconds."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, update

from skylens.store.control.schema.access_keys import ACCESS_KEYS
from skylens.store.control.schema.iam_roles import IAM_ROLES
from skylens.store.control.schema.iam_service_uses import IAM_SERVICE_USES
from skylens.store.control.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from datetime import datetime

    from skylens.api_events import ApiEvent, Record
    from skylens.caller import Caller
    from skylens.registry import ApiCall
    from skylens.store.control import Control

_EVERY_SECONDS: Final = 5.0

_OF_KEY: Final = (
    update(ACCESS_KEYS)
    .where(ACCESS_KEYS.c.access_key_id == bindparam("of"))
    .values(last_used_at=bindparam("at"), last_used_region=bindparam("region"), last_used_service=bindparam("service"))
)
_OF_ROLE: Final = (
    update(IAM_ROLES)
    .where(IAM_ROLES.c.id == bindparam("of"))
    .values(last_used_at=bindparam("at"), last_used_region=bindparam("region"))
)


class KeyUses:
    """The uses since the last time they were written down. A power cut may lose some seconds of them."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._lock = threading.Lock()
        self._keys: dict[str, tuple[datetime, str, str]] = {}
        self._roles: dict[str, tuple[datetime, str]] = {}
        self._services: dict[tuple[str, str], tuple[datetime, str]] = {}
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def note(self, caller: Caller, service: str, at: datetime) -> None:
        """Note that somebody made a call to a service."""
        session = caller.principal.session
        with self._lock:
            if session is None and caller.access_key_id:
                self._keys[caller.access_key_id] = (at, caller.region, service)
            elif session is not None and session.issuer.type == "Role":
                self._roles[session.issuer.principal_id] = (at, caller.region)
            if (principal_id := _user_or_role(caller)) is not None:
                self._services[principal_id, service] = (at, caller.region)

    def start(self) -> None:
        """Begin to write them down in the background."""
        self._thread = threading.Thread(target=self._keep_writing, name="key-uses", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write down what is left and end."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        self.flush()

    def flush(self) -> None:
        """Write down what was noted."""
        with self._lock:
            keys, roles, services = self._keys, self._roles, self._services
            self._keys, self._roles, self._services = {}, {}, {}
        if not keys and not roles and not services:
            return
        with self._control.begin(durable=False) as connection:
            if keys:
                uses = [
                    {"of": of, "at": at, "region": region, "service": service}
                    for of, (at, region, service) in keys.items()
                ]
                connection.execute(_OF_KEY, uses)
            if roles:
                connection.execute(
                    _OF_ROLE, [{"of": of, "at": at, "region": region} for of, (at, region) in roles.items()]
                )

            of_services = [
                {"principal_id": of, "service": service, "last_at": at, "region": region}
                for (of, service), (at, region) in services.items()
            ]
            upsert(connection, IAM_SERVICE_USES, of_services)

    def _keep_writing(self) -> None:
        while not self._stopping.wait(_EVERY_SECONDS):
            self.flush()


def _user_or_role(caller: Caller) -> str | None:
    """Return the id of the user or role that calls, or that a session was made from."""
    session = caller.principal.session
    if session is not None:
        return session.issuer.principal_id if session.issuer.type != "Root" else None
    return caller.principal.id if caller.principal.type == "IAMUser" else None


class NotingRecord:
    """The audit trail, with the key of each call noted on the way to it."""

    def __init__(self, record: Record, uses: KeyUses) -> None:
        self._record, self._uses = record, uses

    def __call__(self, event: ApiEvent) -> Awaitable[None] | None:
        """Note whose call it was, and pass it on."""
        self._uses.note(event.call.caller, event.call.service, event.completed)
        return self._record(event)

    def admit(self, call: ApiCall) -> None:
        """Pass the question on."""
        self._record.admit(call)
