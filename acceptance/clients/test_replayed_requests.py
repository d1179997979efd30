"""The request forms of the SDKs for Go and Java, byte for byte, to the daemon's TCP port (black-box list 6)."""

import json
import socket
import time

import pytest

RULES = {
    "Go: a null token, no Content-Type": b'{"NextToken": null}',
    "Java and Python: an empty object": b"{}",
    "ADOT for Python: nothing": b"",
}


def exchange(skylens, path, body, extra=b""):
    """Write raw HTTP to the daemon's TCP port and return status and the answer's JSON."""
    head = b"POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n%sContent-Length: %d\r\n\r\n"
    with socket.create_connection(("127.0.0.1", skylens.daemon_port), timeout=10) as connection:
        connection.sendall(head % (path, skylens.daemon_port, extra, len(body)) + body)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    headers, _, content = answer.partition(b"\r\n\r\n")
    if b"chunked" in headers.lower():
        content = _unchunk(content)
    return int(headers.split()[1]), json.loads(content)


def _unchunk(content):
    pieces = []
    while content:
        size, _, rest = content.partition(b"\r\n")
        length = int(size, 16)
        pieces.append(rest[:length])
        content = rest[length + 2 :]
    return b"".join(pieces)


@pytest.mark.parametrize("body", RULES.values(), ids=RULES.keys())
def test_sampling_rules_for_every_sdk(skylens, body):
    status, answer = exchange(skylens, b"/GetSamplingRules", body)
    assert status == 200
    default = answer["SamplingRuleRecords"][-1]["SamplingRule"]
    assert default["RuleName"] == "Default"
    for name in ("Priority", "ReservoirSize", "Version"):
        assert type(default[name]) is int, name
    assert default["Attributes"] == {}


@pytest.mark.parametrize(
    ("client", "written", "extra"),
    [
        ("Go", int, b""),
        ("Java", lambda now: int(now * 1000), b"Content-Type: application/json\r\nUser-Agent: Java-http-client/17\r\n"),
        ("ADOT", float, b"Content-Type: application/json\r\n"),
    ],
    ids=["Go", "Java", "ADOT"],
)
def test_sampling_targets_for_every_sdk(skylens, client, written, extra):
    report = {
        "ClientID": "0123456789abcdef01234567",
        "RuleName": "Default",
        "RequestCount": 12,
        "SampledCount": 3,
        "BorrowCount": 1,
        "Timestamp": written(time.time()),  # now, not when tests were collected: it is too old after five minutes
    }
    body = json.dumps({"SamplingStatisticsDocuments": [report]}).encode()
    status, answer = exchange(skylens, b"/SamplingTargets", body, extra)
    assert status == 200, client
    (target,) = answer["SamplingTargetDocuments"]
    assert (target["RuleName"], target["Interval"]) == ("Default", 10)
    assert type(target["ReservoirQuota"]) is int
    assert target["ReservoirQuotaTTL"] > time.time()
    assert isinstance(answer["LastRuleModification"], int | float)
