"""The composition root: settings become a store, services, a gateway, a daemon and workers. The only file that knows all."""

from __future__ import annotations

import asyncio
import logging
import shutil
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvloop
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

import skylens.cloudtrail.access  # registers what CloudTrail's operations need
import skylens.cloudtrail.operations  # registers the handlers of CloudTrail
import skylens.iam.access  # registers what IAM's operations need
import skylens.iam.operations  # registers the handlers of IAM
import skylens.kms.access  # registers what KMS's operations need
import skylens.kms.operations  # registers the handlers of KMS
import skylens.s3.access  # registers what S3's operations need
import skylens.s3.operations  # registers the handlers of S3
import skylens.sts.access  # registers what STS's operations need
import skylens.sts.operations  # registers the handlers of STS
import skylens.xray.access  # registers what X-Ray's operations need
import skylens.xray.operations  # registers the handlers of X-Ray
from skylens.buckets.all_buckets import AllBuckets
from skylens.clock import SystemClock
from skylens.cloudtrail import event_store
from skylens.cloudtrail.api_call_event import ApiCallEvents
from skylens.cloudtrail.consumer import Consumers
from skylens.cloudtrail.data_event_trails import DataEventTrails
from skylens.cloudtrail.delivery.deliver import Deliverer
from skylens.cloudtrail.delivery.sign_digests import DigestSigner
from skylens.cloudtrail.ingestion import resource_policies as lake_policies
from skylens.cloudtrail.ingestion.import_source import ImportRoles
from skylens.cloudtrail.ingestion.importing import Importer
from skylens.cloudtrail.insights.analysis import Terms
from skylens.cloudtrail.insights.finder import InsightFinder
from skylens.cloudtrail.key_events import KeyEvents
from skylens.cloudtrail.lake import lake_work
from skylens.cloudtrail.lake.deliver_results import ResultDeliverer
from skylens.cloudtrail.lake.lake_work import LakeWork
from skylens.cloudtrail.recorder import Recorder
from skylens.cloudtrail.unattributed import UnattributedCalls
from skylens.cloudtrail.webhook import progress as webhook_progress
from skylens.cloudtrail.webhook.sender import WebhookSender
from skylens.cloudtrail.webhook.target import target_of
from skylens.config import is_loopback
from skylens.console import asgi as console_asgi
from skylens.console import sign_in_tokens
from skylens.console.attempts import Attempts
from skylens.console.world import World as ConsoleWorld
from skylens.console.world import is_built
from skylens.gateway.asgi import application
from skylens.gateway.certificate import CertificateUnusable, ca_bundle_of, certificate_of
from skylens.gateway.dispatch import Dispatcher, Tools
from skylens.gateway.endpoint import endpoint_of
from skylens.gateway.health import Health
from skylens.gateway.http_server import http_server, listen
from skylens.gateway.receive import Intake
from skylens.gateway.sigv4 import Credential
from skylens.gateway.throttle import Buckets
from skylens.gateway.world import World
from skylens.iam import revision as iam_revision
from skylens.iam.access_keys import AccessKey, AccessKeys, ensure_root_key
from skylens.iam.aliases import Aliases
from skylens.iam.authorization import Authorizer, everything_allowed
from skylens.iam.daemon_user import ensure_daemon_key
from skylens.iam.key_uses import KeyUses, NotingRecord
from skylens.iam.policy.named_policy import NamedPolicy
from skylens.iam.policy.policies import ResourcePolicy
from skylens.iam.resource_policy_checks import ResourcePolicyChecks
from skylens.iam.role_trust import role_trust
from skylens.ids import RandomIds
from skylens.interpreter import prepare_to_serve
from skylens.kms import key_policy
from skylens.kms import revision as key_revision
from skylens.sql import Sql
from skylens.store import StoreError, open_store
from skylens.store.control import open_control
from skylens.store.control.secrets import SecretUnreadable
from skylens.sts.sessions import KEY_PREFIX, Sessions
from skylens.worker.jobs import AuditWork, TrailWork, jobs
from skylens.worker.schedule import Schedule
from skylens.xray import data_keys, document_cipher, resource_policies, telemetry
from skylens.xray.document_cipher import DocumentCipher
from skylens_daemon.app import Daemon
from skylens_daemon.config import Config
from skylens_daemon.errors import ConfigError
from skylens_daemon.sign import Key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from socket import socket

    from prometheus_client.core import Metric
    from starlette.types import ASGIApp

    from skylens.caller import Caller, Principal
    from skylens.clock import Clock
    from skylens.config import Settings
    from skylens.gateway.certificate import Certificate
    from skylens.gateway.http_server import HttpServer
    from skylens.gateway.sigv4 import FindCredential
    from skylens.iam.authorization import FindResourcePolicy
    from skylens.ids import Ids
    from skylens.registry import Authorize, Invoke
    from skylens.store.control import Control

logger = logging.getLogger(__name__)

SERVICES = (
    skylens.cloudtrail.access,
    skylens.cloudtrail.operations,
    skylens.iam.access,
    skylens.iam.operations,
    skylens.kms.access,
    skylens.kms.operations,
    skylens.s3.access,
    skylens.s3.operations,
    skylens.sts.access,
    skylens.sts.operations,
    skylens.xray.access,
    skylens.xray.operations,
)
# Below this the store cannot merge what it has: better to say so before it fails.
_LEAST_FREE_BYTES = 128 * 1024 * 1024


def _key_policy(control: Control, arn: str) -> ResourcePolicy | None:
    """Return what is written on a KMS key, without which nobody may use it; keys that are not there have none."""
    texts = key_policy.policies(control, arn)
    named = tuple(NamedPolicy(text, key_policy.NAME, type="resource") for text in texts)
    return ResourcePolicy(named, is_mandatory=True) if named else None


def _xray_policy(control: Control, arn: str) -> ResourcePolicy | None:
    """Return what is written on X-Ray in an account and region."""
    policies = resource_policies.policies(control, arn)
    named = tuple(NamedPolicy(each.document, each.name, type="resource") for each in policies)
    return ResourcePolicy(named) if named else None


def _lake_policy(control: Control, arn: str) -> ResourcePolicy | None:
    """Return what is written on a channel or an event data store."""
    text = lake_policies.policy(control, arn)
    return ResourcePolicy((NamedPolicy(text, "resource policy", type="resource"),)) if text is not None else None


# What is written on the resources of a service, by the prefix of its actions.
RESOURCE_POLICIES: Mapping[str, FindResourcePolicy] = {
    "cloudtrail": _lake_policy,
    "cloudtrail-data": _lake_policy,
    "kms": _key_policy,
    "sts": role_trust,
    "xray": _xray_policy,
}


class CannotStart(Exception):
    """What keeps the server from starting, in words for the person who starts it."""


class UnsafeSettings(CannotStart):
    """These settings would leave the server open to anybody."""


@dataclass(frozen=True, slots=True)
class Running:
    """Where a server that has just started is found."""

    settings: Settings
    endpoint: str
    ca_bundle: str  # "": what the machine trusts will do
    daemon_address: str
    root_key: AccessKey
    console: str  # where a browser is signed in; "" where the console is not built


class App:
    """Everything but the sockets: the ASGI application and the parts behind it."""

    def __init__(self, settings: Settings, *, clock: Clock, ids: Ids) -> None:
        self.settings, self.clock, self.ids = settings, clock, ids
        self.webhook_target = target_of(settings)
        self.control = open_control(settings.state_url, settings.data)
        try:
            self.root_key = ensure_root_key(self.control, settings.account, ids=ids, clock=clock)
            self.store = open_store(
                settings.store_url,
                clock=clock,
                retention_days=settings.retention_days,
                own_days={event_store.TABLE: settings.history_days, **lake_work.OWN_DAYS},
                cluster=settings.cluster,
            )
        except BaseException:
            self.control.close()
            raise
        self.key_uses = KeyUses(self.control)
        self.consumers = Consumers()
        self.recorder = Recorder(self.store, clock, ApiCallEvents(ids, Aliases(self.control)), self.consumers)
        buckets = AllBuckets(settings.bucket_folder, endpoint=settings.s3_endpoint, region=settings.region)
        authorizer = None if settings.auth == "off" else Authorizer(self.control, clock, RESOURCE_POLICIES)
        self.authorize: Authorize = authorizer or everything_allowed
        checks = ResourcePolicyChecks(authorizer)
        tools = Tools(clock, ids, settings.quotas, self.store, self.control, buckets, checks)
        self.dispatcher = Dispatcher(tools, self.recorder, self.authorize, threads=settings.handler_threads)
        document_cipher.use(self.store, self._document_cipher(ids))
        self.lake_work = LakeWork(self.store, self.control, clock, tools.limits)
        self.consumers.register(self.lake_work.data_event_stores)
        find_credential = _finder(AccessKeys(self.control, clock), Sessions(self.control, clock))
        unattributed = UnattributedCalls(self.control, settings.history_days)
        audit = self._audit_work(buckets, find_credential, unattributed)
        listed = jobs(self.store, self.control, clock, audit)
        self.schedule = Schedule(listed, control=self.control, clock=clock, ids=ids)
        self.health = Health({"store": self._store_obstacle, "state": self._state_obstacle})
        is_told = self.webhook_target is not None
        self.health.collectors.register(_Collector(lambda: telemetry.metrics(self.control)))
        self.health.collectors.register(
            _Collector(lambda: webhook_progress.metrics(self.control, clock, is_on=is_told))
        )
        self.console = ConsoleWorld(
            settings, self.control, clock, ids, find_credential, self.recorder.put, Attempts(clock)
        )
        self.world = World(
            settings=settings,
            limits=tools.limits,
            clock=clock,
            ids=ids,
            find_credential=find_credential,
            intake=Intake(),
            buckets=Buckets(tools.limits.requests_per_second, clock),
            dispatcher=self.dispatcher,
            authorize=self.authorize,
            record=NotingRecord(self.recorder, self.key_uses),
            note_unattributed=unattributed.note,
            health=self.health,
        )
        self.asgi: ASGIApp = console_asgi.application(self.console, application(self.world))

    async def start(self) -> None:
        """Begin the work that no request asks for."""
        self.recorder.start()
        self.dispatcher.start()
        if not self.store.is_shared:
            self.schedule.take_over()
        self.schedule.start()
        self.key_uses.start()

    async def stop(self) -> None:
        """End it, wait for the handlers that run, commit what waits and close the databases."""
        await asyncio.to_thread(self._end)
        await self.recorder.close()
        await asyncio.to_thread(self.schedule.finish)  # with the loop, which inner calls need
        await asyncio.to_thread(self.close)

    def close(self) -> None:
        """Close what ``build`` opened. Never from a signal handler: the engine may be in the middle of a call."""
        self._end()
        self.lake_work.runner.finish()
        self.schedule.release()
        self.store.close()
        self.control.close()

    def daemon_key(self) -> AccessKey:
        """Return the key that the daemon beside this server signs with."""
        return ensure_daemon_key(self.control, self.settings.account, ids=self.ids, clock=self.clock)

    def console_url(self, endpoint: str) -> str:
        """Return an address that signs a browser in once, as the root user; "" where the console is not built."""
        if not is_built(self.console.files):
            return ""
        if self.settings.auth == "off":
            return f"{endpoint}/console/"
        with self.control.begin() as connection:
            token = sign_in_tokens.create(connection, self.ids, self.root_key, self.clock.now())
        return f"{endpoint}{sign_in_tokens.path(token)}"

    def _end(self) -> None:
        self.schedule.stop()
        self.dispatcher.close()
        self.key_uses.stop()

    def _document_cipher(self, ids: Ids) -> DocumentCipher:
        def invoke_as(caller: Caller) -> Invoke:
            return self.dispatcher.invoke_as(caller, data_keys.SERVICE)

        # Whatever was allowed is asked about anew when a key or a principal was changed.
        revision = lambda: (key_revision.current(), iam_revision.current())  # noqa: E731
        return DocumentCipher((self.control, self.clock, ids), invoke_as, revision)

    def _audit_work(
        self, buckets: AllBuckets, find_credential: FindCredential, unattributed: UnattributedCalls
    ) -> AuditWork:
        """Return what the audit trail needs done."""
        return AuditWork(
            self._trail_work(buckets, self.ids),
            self._insights(),
            self.lake_work,
            self._importer(buckets, find_credential),
            KeyEvents(self.recorder, self.ids, self.clock),
            unattributed,
            ResultDeliverer(self.store, self.control, buckets, self.clock),
            self._webhook(),
        )

    def _webhook(self) -> WebhookSender | None:
        """Return what tells the webhook's receiver of events, from now on or from where it was."""
        if self.webhook_target is None:
            return None
        webhook_progress.begin(self.control, self.clock)
        settled_us = self.recorder.settled_us
        return WebhookSender(self.webhook_target, self.store, self.control, self.clock, settled_us=settled_us)

    def _importer(self, buckets: AllBuckets, find_credential: FindCredential) -> Importer:
        """Return what reads files into event data stores, each as the role that its import names."""

        def find_principal(access_key_id: str, token: str) -> Principal | None:
            credential = find_credential(access_key_id, token)
            return credential.principal if credential is not None else None

        roles = ImportRoles(self.dispatcher.invoke_as, find_principal, self.clock)
        return Importer(self.store, self.control, buckets, self.clock, roles)

    def _trail_work(self, buckets: AllBuckets, ids: Ids) -> TrailWork:
        """Return what trails need done, and let the recorder ask them for data events."""
        data_event_trails = DataEventTrails(self.control)
        self.consumers.register(data_event_trails)
        deliverer = Deliverer(
            store=self.store,
            control=self.control,
            buckets=buckets,
            clock=self.clock,
            ids=ids,
            settled_us=self.recorder.settled_us,
            invoke_as=self.dispatcher.invoke_as,
        )
        signer = DigestSigner(
            self.control, buckets, self.clock, self.settings.digest_seconds, self.dispatcher.invoke_as
        )
        return TrailWork(deliverer, signer, data_event_trails, self.settings.trail_delivery_seconds)

    def _insights(self) -> InsightFinder:
        terms = Terms(self.settings.insight_baseline_days, self.settings.insight_least_calls)
        recorder = self.recorder
        return InsightFinder(self.store, self.control, recorder.settled_us, recorder.put_from_thread, terms)

    def _store_obstacle(self) -> str:
        self.store.read(Sql("SELECT 1"))
        if self.settings.store_url.startswith("chdb:"):
            free = shutil.disk_usage(self.settings.data).free
            if free < _LEAST_FREE_BYTES:
                return f"only {free // 1024 // 1024} MB are left on the disk of {self.settings.data}"
        return ""

    def _state_obstacle(self) -> str:
        with self.control.begin() as connection:
            connection.execute(text("SELECT 1"))
        return ""


class _Collector(Collector):
    """Numbers that are read when Prometheus asks, and at no other time."""

    def __init__(self, numbers: Callable[[], Iterable[Metric]]) -> None:
        self._numbers = numbers

    def collect(self) -> Iterable[Metric]:
        """Return the numbers now."""
        return self._numbers()

    def describe(self) -> Iterable[Metric]:
        """Name nothing beforehand: registering must not read the databases."""
        return ()


def build(settings: Settings, *, clock: Clock | None = None, ids: Ids | None = None) -> App:
    """Open the databases, create the account where it is new, and put the server together."""
    refuse_unsafe(settings)
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        return App(settings, clock=clock or SystemClock(), ids=ids or RandomIds())
    except (OSError, ValueError, StoreError, SQLAlchemyError, SecretUnreadable) as error:
        raise CannotStart(str(error)) from error


def refuse_unsafe(settings: Settings) -> None:
    """Raise UnsafeSettings where anybody on the network could read and write."""
    if settings.auth == "off" and not is_loopback(settings.host):
        raise UnsafeSettings(
            f"--auth off takes any key, so it is for this machine only; --host {settings.host} can be reached by others"
        )


def serve(settings: Settings, *, announce: Callable[[Running], None] = lambda _: None) -> None:
    """Run a server until SIGTERM or SIGINT; it then takes no more, ends what runs, and closes the store.

    ``announce`` is called once requests are answered.
    """
    refuse_unsafe(settings)
    try:
        certificate = certificate_of(settings)
    except CertificateUnusable as error:
        raise CannotStart(str(error)) from error
    try:
        listener = listen(settings.host, settings.port)
    except OSError as error:
        place = f"{settings.host}:{settings.port}"
        raise CannotStart(f"{place} cannot be listened on ({error.strerror}); --port chooses another port") from error
    try:
        app = build(settings)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(app, listener, certificate, announce))
    finally:
        listener.close()


async def _serve(
    app: App, listener: socket, certificate: Certificate | None, announce: Callable[[Running], None]
) -> None:
    server = http_server(app.asgi, certificate.server if certificate else None)
    stopping = _stop_on_signals(server)
    if certificate is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, certificate.reload)
    endpoint = endpoint_of(app.settings, listener.getsockname()[1])
    daemon = None
    try:
        await app.start()
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            await server.answering.wait()
            daemon = await _start_daemon(app, endpoint, certificate)
            prepare_to_serve()
            address = app.console.daemon_address = daemon.addresses.for_sdks if daemon else ""
            app.console.endpoint, app.console.ca_bundle = endpoint, ca_bundle_of(app.settings)
            url = await asyncio.to_thread(app.console_url, endpoint)
            announce(Running(app.settings, endpoint, app.console.ca_bundle, address, app.root_key, url))
            await asyncio.wait([serving, stopping], return_when=asyncio.FIRST_COMPLETED)
        finally:
            app.health.is_draining = True
            # The daemon first: what it still holds goes through the server.
            if daemon is not None:
                await daemon.stop()
            server.should_exit = True
            await serving
    finally:
        await app.stop()


def _stop_on_signals(server: HttpServer) -> asyncio.Future[None]:
    """Return a future that is done at the first SIGTERM or SIGINT; a second one does not wait for requests to end."""
    loop = asyncio.get_running_loop()
    stopping: asyncio.Future[None] = loop.create_future()

    def stop() -> None:
        if stopping.done():
            server.force_exit = True
        else:
            stopping.set_result(None)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    return stopping


async def _start_daemon(app: App, endpoint: str, certificate: Certificate | None) -> Daemon | None:
    address = app.settings.daemon_address
    if address == "off":
        return None
    config = Config(
        udp_address=address, tcp_address=address, endpoint=endpoint, region=app.settings.region, local_mode=True
    )
    try:
        key = await asyncio.to_thread(app.daemon_key)
    except ValueError as error:
        advice = "`skylens keys` activates or makes one, --daemon-address off runs no daemon"
        raise CannotStart(f"the X-Ray daemon has no key to sign with: {error}; {advice}") from error
    tls = certificate.inside if certificate else None
    daemon = Daemon(config, key=Key(key.access_key_id, key.secret), tls=tls)
    try:
        await daemon.start()
    except (OSError, ConfigError) as error:
        advice = "--daemon-address chooses another address, off runs no daemon"
        raise CannotStart(f"the X-Ray daemon cannot listen on {address} ({error}); {advice}") from error
    app.health.collectors.register(daemon.metrics)
    return daemon


def _finder(keys: AccessKeys, sessions: Sessions) -> FindCredential:
    def find(access_key_id: str, token: str) -> Credential | None:
        if access_key_id.startswith(KEY_PREFIX):
            session = sessions.find(access_key_id, token)
            if session is None:
                return None
            return Credential(access_key_id, session.secret, session.principal, token, session.expires_at)
        key = keys.find(access_key_id)
        return None if key is None else Credential(key.access_key_id, key.secret, key.principal)

    return find
