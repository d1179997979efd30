"""`skylens doctor`: does everything between an application and its trace work? Each failure says what to do."""

import json
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Annotated, Any

import typer
from rich.console import Console

from skylens.cli.client import ApiError, Client, Unreachable, connect, open_url, reason
from skylens.cli.connection import DataOption, PortOption, known_environment
from skylens.clock import SystemClock
from skylens.ids import RandomIds
from skylens_daemon.proxy import PROBLEM_HEADER

TIMEOUT_SECONDS = 5
PATIENCE_SECONDS = 10
UDP_HEADER = b'{"format":"json","version":1}\n'
SEGMENT_NAME = "skylens-doctor"


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


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at: the server, as a client knows it, and the daemon's address."""

    client: Client
    daemon_address: str


def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    port: PortOption = None,
    data: DataOption = None,
) -> None:
    """Check the server, the credentials, the daemon, and that a test segment comes back as a trace."""
    environment = known_environment(port, data)
    patient = Patient(connect(environment), environment.get("AWS_XRAY_DAEMON_ADDRESS", ""))
    findings = []
    console = Console()
    for finding in examine(patient):
        findings.append(finding)
        if not as_json:
            _say(console, finding)
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def examine(patient: Patient) -> Iterator[Finding]:
    """Yield the finding of each check in turn; without a server the others are not made."""
    for name, check in CHECKS.items():
        try:
            yield Finding(name, ok=True, finding=check(patient))
        except Ailment as ailment:
            yield Finding(name, ok=False, finding=ailment.finding, advice=ailment.advice)
            if check in (_alive, _authenticated):
                return


def _alive(patient: Patient) -> str:
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
    return f"answers at {patient.client.endpoint}"


def _ready(patient: Patient) -> str:
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
    return "can store and read"


def _authenticated(patient: Patient) -> str:
    try:
        patient.client.call("GetGroups")
    except ApiError as error:
        raise Ailment(
            f"{error.code}: {error.message}",
            'export the server\'s own key with `eval "$(skylens env)"`; with another data folder, add --data',
        ) from error
    except Unreachable as error:
        raise Ailment(str(error), "start the server with `skylens up`") from error
    return f"the key {patient.client.key.access_key_id} is accepted"


def _stored(patient: Patient) -> str:
    document = sample_segment()
    try:
        answer = patient.client.call("PutTraceSegments", TraceSegmentDocuments=[json.dumps(document)])
    except ApiError as error:
        raise Ailment(f"{error.code}: {error.message}", "the key may not write, or the store is full") from error
    if answer["UnprocessedTraceSegments"]:
        raise Ailment(f"refused: {answer['UnprocessedTraceSegments']}", "this is a fault of Skylens: please report it")
    return f"a test segment came back as trace {_awaited(patient, document)}"


def _tcp(patient: Patient) -> str:
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
    return f"hands out {len(rules)} sampling rules on TCP {host}:{port}"


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


def _udp(patient: Patient) -> str:
    host, port = _daemon(patient)
    document = sample_segment()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.sendto(UDP_HEADER + json.dumps(document).encode(), (host, port))
    return f"a segment sent to UDP {host}:{port} came back as trace {_awaited(patient, document)}"


CHECKS: dict[str, Callable[[Patient], str]] = {
    "server": _alive,
    "readiness": _ready,
    "credentials": _authenticated,
    "store": _stored,
    "daemon TCP": _tcp,
    "daemon UDP": _udp,
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
        if patient.client.call("BatchGetTraces", TraceIds=[trace_id])["Traces"]:
            return trace_id
        time.sleep(0.1)
    raise Ailment(
        f"the test segment did not come back within {PATIENCE_SECONDS} s",
        "is this daemon sending to this server? Its log and /metrics tell what it received, sent and dropped",
    )


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


def _say(console: Console, finding: Finding) -> None:
    mark = "[green]✓[/]" if finding.ok else "[red]✗[/]"
    console.print(f"{mark} {finding.check:<12} {finding.finding}", highlight=False, soft_wrap=True)
    if finding.advice:
        console.print(f"  {'':<12} [yellow]→ {finding.advice}[/]", highlight=False, soft_wrap=True)
