"""Doctor: does everything between an application and its trace work? Each failure says what to do."""

from __future__ import annotations

import json
import socket
import ssl
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from skylens.client import ApiError, Client, Unreachable, open_url, reason
from skylens.clock import SystemClock
from skylens.ids import RandomIds
from skylens_daemon.proxy import PROBLEM_HEADER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TIMEOUT_SECONDS: Final = 5
PATIENCE_SECONDS: Final = 10
UDP_HEADER: Final = b'{"format":"json","version":1}\n'
SEGMENT_NAME: Final = "skylens-doctor"
_OF_WEBHOOK: Final = ("skylens_cloudtrail_webhook_up", "skylens_cloudtrail_webhook_lag_seconds")
DENIED: Final = frozenset({"AccessDeniedException", "AccessDenied"})


class Sound(NamedTuple):
    """What was found in order, and the trace that the check left behind."""

    finding: str
    trace_id: str = ""


class Ailment(Exception):
    """What is wrong, and what to do about it."""

    def __init__(self, finding: str, advice: str) -> None:
        self.finding, self.advice = finding, advice
        super().__init__(finding)


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check."""

    check: str
    ok: bool
    finding: str
    advice: str = ""
    trace_id: str = ""  # of the test segment that came back


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at: the server, as a client knows it, and the daemon's address."""

    client: Client
    daemon_address: str
    is_daemon_foreign: bool = False  # it keeps traces in an account that is not the client's


def examine(patient: Patient) -> Iterator[Finding]:
    """Yield the finding of each check in turn; without a server the others are not made."""
    for name, check in CHECKS.items():
        try:
            if sound := check(patient):
                yield Finding(name, ok=True, finding=sound.finding, trace_id=sound.trace_id)
        except Ailment as ailment:
            yield Finding(name, ok=False, finding=ailment.finding, advice=ailment.advice)
            if check in (_alive, _authenticated):
                return


def _alive(patient: Patient) -> Sound:
    try:
        _get(patient.client, "/healthz")
    except OSError as error:
        if isinstance(getattr(error, "reason", error), ssl.SSLCertVerificationError):
            raise Ailment(
                f"the certificate of {patient.client.endpoint} is not trusted ({reason(error)})",
                "name the authority that signed it: AWS_CA_BUNDLE here, --tls-ca for the server",
            ) from error
        raise Ailment(
            f"nobody answers at {patient.client.endpoint} ({reason(error)})",
            "start it with `skylens up`, or name the port with --port",
        ) from error
    return Sound(f"answers at {patient.client.endpoint}")


def _ready(patient: Patient) -> Sound:
    try:
        _get(patient.client, "/readyz")
    except urllib.error.HTTPError as error:
        with error:
            said = error.read().decode(errors="replace")[:200]
        raise Ailment(
            f"not ready: {said}", "look at the server's log: the store or the state database is down or full"
        ) from error
    except OSError as error:
        raise Ailment(f"not ready: {reason(error)}", "look at the server's log") from error
    return Sound("can store and read")


def _authenticated(patient: Patient) -> Sound:
    try:
        patient.client.call("GetGroups")
    except ApiError as error:
        if error.code in DENIED:
            raise _denied(error) from error
        raise Ailment(
            f"{error.code}: {error.message}",
            'export the server\'s own key with `eval "$(skylens env)"`; with another data folder, add --data',
        ) from error
    except Unreachable as error:
        raise Ailment(str(error), "start the server with `skylens up`") from error
    return Sound(f"the key {patient.client.key.access_key_id} is accepted")


def _denied(error: ApiError) -> Ailment:
    return Ailment(
        f"{error.code}: {error.message}",
        "the key may not: attach AWSXrayFullAccess to its user or role, or run this as somebody who may",
    )


def _stored(patient: Patient) -> Sound:
    document = sample_segment()
    try:
        answer = patient.client.call("PutTraceSegments", TraceSegmentDocuments=[json.dumps(document)])
    except ApiError as error:
        if error.code in DENIED:
            raise _denied(error) from error
        raise Ailment(f"{error.code}: {error.message}", "the store may be full: look at the server's log") from error
    except Unreachable as error:
        raise Ailment(str(error), "look at the server's log") from error
    if answer["UnprocessedTraceSegments"]:
        raise Ailment(f"refused: {answer['UnprocessedTraceSegments']}", "this is a fault of Skylens: please report it")
    trace_id = _awaited(patient, document)
    return Sound(f"a test segment came back as trace {trace_id}", trace_id)


def _tcp(patient: Patient) -> Sound:
    host, port = _daemon(patient)
    request = urllib.request.Request(
        f"http://{host}:{port}/GetSamplingRules", b"{}", method="POST"
    )  # http, by construction
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310  # the same
            rules = json.load(answer)["SamplingRuleRecords"]
    except urllib.error.HTTPError as error:
        with error:
            said = error.read().decode(errors="replace")[:500]
        raise _daemon_refused(error, said) from error
    except OSError as error:
        raise Ailment(
            f"nobody listens on TCP {host}:{port} ({reason(error)})",
            "`skylens up` runs a daemon unless told --daemon-address off; or start `skylens-daemon`",
        ) from error
    count = "1 sampling rule" if len(rules) == 1 else f"{len(rules)} sampling rules"
    return Sound(f"hands out {count} on TCP {host}:{port}")


def _daemon_refused(error: urllib.error.HTTPError, said: str) -> Ailment:
    """Return why a daemon's request was refused: it could not get a key (a role that it may not assume), or its key may not."""
    if problem := error.headers.get(PROBLEM_HEADER):
        return Ailment(
            f"the daemon has no credentials: {problem}",
            "its key must be allowed sts:AssumeRole, and the trust policy of its role must name it",
        )
    if "AccessDenied" in said or "not authorized" in said:
        return Ailment(
            f"the daemon may not: {error.code} {said}",
            "attach AWSXRayDaemonWriteAccess to the daemon's user or role",
        )
    return Ailment(f"the daemon passes an error on: {error.code} {said}", "give the daemon a key that the server knows")


def _udp(patient: Patient) -> Sound:
    host, port = _daemon(patient)
    if patient.is_daemon_foreign:
        return Sound(f"not tried: the daemon at UDP {host}:{port} keeps its traces in another account")
    document = sample_segment()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.sendto(UDP_HEADER + json.dumps(document).encode(), (host, port))
    trace_id = _awaited(patient, document)
    return Sound(f"a segment sent to UDP {host}:{port} came back as trace {trace_id}", trace_id)


def _webhook(patient: Patient) -> Sound | None:
    """Say how far the receiver is behind; without a webhook, or where nobody shows the server's numbers, nothing."""
    try:
        with open_url(patient.client.endpoint + "/metrics", patient.client.ca_bundle, TIMEOUT_SECONDS) as answer:
            lines = answer.read().decode().splitlines()
    except OSError:
        return None
    numbers = {
        name: float(number) for name, _, number in (line.partition(" ") for line in lines) if name in _OF_WEBHOOK
    }
    if not numbers:
        return None
    is_up, lag = (numbers[name] for name in _OF_WEBHOOK)
    if not is_up:
        raise Ailment(
            f"the webhook's receiver does not take events and is {lag:.0f} s behind",
            "start it, or correct --event-webhook; the server's log says why (event=webhook_receiver_fails)",
        )
    return Sound(f"the webhook's receiver takes events and is {lag:.0f} s behind")


CHECKS: Final[dict[str, Callable[[Patient], Sound | None]]] = {
    "server": _alive,
    "readiness": _ready,
    "credentials": _authenticated,
    "store": _stored,
    "daemon TCP": _tcp,
    "daemon UDP": _udp,
    "webhook": _webhook,
}


def sample_segment() -> dict[str, Any]:
    """Return a small segment of now."""
    ids, now = RandomIds(), SystemClock().now().timestamp()
    trace_id = f"1-{int(now):08x}-{ids.hex(24)}"
    return {"name": SEGMENT_NAME, "id": ids.hex(16), "trace_id": trace_id, "start_time": now, "end_time": now}


def _awaited(patient: Patient, document: dict[str, Any]) -> str:
    trace_id = str(document["trace_id"])
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if _is_there(patient, trace_id):
            return trace_id
        time.sleep(0.1)
    raise Ailment(
        f"the test segment did not come back within {PATIENCE_SECONDS} s",
        "is this daemon sending to this server? Its log and /metrics tell what it received, sent and dropped",
    )


def _is_there(patient: Patient, trace_id: str) -> bool:
    try:
        return bool(patient.client.call("BatchGetTraces", TraceIds=[trace_id])["Traces"])
    except ApiError as error:
        if error.code in DENIED:
            raise _denied(error) from error
        raise Ailment(f"{error.code}: {error.message}", "look at the server's log") from error
    except Unreachable as error:
        raise Ailment(str(error), "look at the server's log") from error


def _daemon(patient: Patient) -> tuple[str, int]:
    if not patient.daemon_address:
        raise Ailment(
            "no daemon is known: the server runs none",
            "start it without --daemon-address off; or run `skylens-daemon` and export AWS_XRAY_DAEMON_ADDRESS",
        )
    host, _, port = patient.daemon_address.split()[0].removeprefix("tcp:").rpartition(":")
    return host, int(port)


def _get(client: Client, path: str) -> None:
    with open_url(client.endpoint + path, client.ca_bundle, TIMEOUT_SECONDS):
        pass
