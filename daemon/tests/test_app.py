"""app.py: the daemon as a whole, and AWS's own SDK through it."""

import asyncio
import json
import os
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
from certificates import Authority

from skylens_daemon.app import Daemon
from skylens_daemon.config import Config
from skylens_daemon.errors import ConfigError
from skylens_daemon.sign import Key

# A program of somebody who uses AWS's SDK and has never heard of us.
PROGRAM = """
import logging
import time
from aws_xray_sdk.core import xray_recorder
logging.basicConfig()
xray_recorder.configure(service="shop", context_missing="RUNTIME_ERROR")
with xray_recorder.in_segment("shop") as segment:
    segment.put_annotation("customer", "é\\\\ \\"quoted\\"")
    with xray_recorder.in_subsegment("database") as subsegment:
        subsegment.put_metadata("rows", [1, 2, 3])
print(segment.trace_id)
end = time.monotonic() + 30
while xray_recorder.sampler._cache.last_updated is None and time.monotonic() < end:
    time.sleep(0.1)
"""

DEFAULT_RULE = {
    "RuleName": "Default",
    "Priority": 10000,
    "FixedRate": 0.05,
    "ReservoirSize": 1,
    "Host": "*",
    "HTTPMethod": "*",
    "ResourceARN": "*",
    "ServiceName": "*",
    "ServiceType": "*",
    "URLPath": "*",
    "Attributes": {},
    "Version": 1,
}


async def test_an_unmodified_aws_xray_sdk_sends_through_it(start_daemon, sink, until):
    rules = {"SamplingRuleRecords": [{"SamplingRule": DEFAULT_RULE}], "NextToken": None}
    sink.by_path["/GetSamplingRules"] = sink.Reply(200, json.dumps(rules).encode())
    daemon = await start_daemon()
    environ = {"PATH": os.environ["PATH"], "AWS_XRAY_DAEMON_ADDRESS": daemon.addresses.for_sdks}
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", PROGRAM],
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    await until(lambda: daemon.counts.sent == 1)
    segment = json.loads(sink.documents[0])
    assert (segment["name"], segment["trace_id"]) == ("shop", done.stdout.strip())
    assert segment["annotations"] == {"customer": 'é\\ "quoted"'}
    assert segment["subsegments"][0]["name"] == "database"
    asked = sink.to("/GetSamplingRules")
    assert asked, "the SDK asks for its sampling rules through the TCP port"
    assert "Credential=AKIDEXAMPLE/" in asked[0].headers["Authorization"]


async def test_garbage_is_counted_and_survived(start_daemon, sink, sender, until):
    daemon = await start_daemon()
    sending = sender(daemon)
    garbage = [
        b"",
        b"\n",
        b"\x00" * 100,
        b"{}\n{}",
        b'{"format":"json","version":1}',
        b"[" * 60_000 + b"\nx",
        b"x" * 65_507,
    ]
    for datagram in garbage:
        sending.raw(datagram)
    sending.documents("{}")
    await until(lambda: daemon.counts.sent == 1)
    assert daemon.counts.rejected == {"no newline": 4, "empty body": 1, "invalid header": 2}
    assert daemon.counts.received == len(garbage) + 1
    assert sink.documents == ["{}"]


async def test_a_document_of_a_whole_datagram_passes_and_one_byte_more_fails_in_the_sender(
    start_daemon, sink, sender, until
):
    daemon = await start_daemon()
    sending = sender(daemon)
    largest = "x" * (65_507 - 30)
    sending.documents(largest)
    with pytest.raises(OSError, match="Message too long"):
        sending.documents(largest + "y")
    await until(lambda: daemon.counts.sent == 1)
    assert sink.documents == [largest]


async def test_otlp_documents_of_lambda_layers_pass_verbatim(start_daemon, sink, sender, until):
    daemon = await start_daemon()
    sender(daemon).documents("T1SCkYKRAoMc2VydmljZQ==", "T1UCkYK", "M1abc")
    await until(lambda: daemon.counts.sent == 3)
    assert sink.documents == ["T1SCkYKRAoMc2VydmljZQ==", "T1UCkYK", "M1abc"]


async def test_port_zero_gives_one_free_port_for_both(start_daemon):
    daemon = await start_daemon()
    assert daemon.addresses.udp == daemon.addresses.tcp
    assert daemon.addresses.for_sdks == f"127.0.0.1:{daemon.addresses.udp[1]}"
    assert daemon.addresses.health is None


async def test_two_ports_are_written_as_sdks_read_them(start_daemon):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    daemon = await start_daemon(tcp_address=f"127.0.0.1:{port}")
    assert daemon.addresses.for_sdks == f"tcp:127.0.0.1:{port} udp:127.0.0.1:{daemon.addresses.udp[1]}"


async def test_a_start_that_fails_leaves_nothing_open():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        config = Config("127.0.0.1:0", f"127.0.0.1:{taken.getsockname()[1]}", region="r", local_mode=True)
        with pytest.raises(OSError, match="in use"):
            await Daemon(config, key=Key("a", "b")).start()


async def test_a_daemon_without_a_region_does_not_start():
    with pytest.raises(ConfigError, match="Cannot fetch region"):
        await Daemon(Config("127.0.0.1:0", "127.0.0.1:0", local_mode=True)).start()


async def test_two_daemons_live_in_one_process(start_daemon, sink, sender, until):
    first, second = await start_daemon(), await start_daemon()
    sender(first).documents("1")
    sender(second).documents("2")
    await until(lambda: first.counts.sent == second.counts.sent == 1)
    assert sorted(sink.documents) == ["1", "2"]


async def test_an_unchosen_endpoint_is_awss(start_daemon):
    daemon = await start_daemon(endpoint="", region="cn-north-1")
    assert daemon._upstream.url == "https://xray.cn-north-1.amazonaws.com.cn"
    await daemon.stop()


async def test_a_proxy_is_used_for_uploads(start_daemon, sink, sender, until):
    daemon = await start_daemon(endpoint="http://xray.invalid:1234", proxy_address=sink.url)
    sender(daemon).documents(*["{}"] * 50)
    await until(lambda: daemon.counts.sent == 50)
    assert sink.seen[0].path == "http://xray.invalid:1234/TraceSegments"
    assert sink.seen[0].headers["Host"] == "xray.invalid:1234"


async def test_a_health_port_that_is_taken_leaves_nothing_open():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        health = f"127.0.0.1:{taken.getsockname()[1]}"
        config = Config("127.0.0.1:0", "127.0.0.1:0", health_address=health, region="r", local_mode=True)
        daemon = Daemon(config, key=Key("a", "b"))
        with pytest.raises(OSError, match="in use"):
            await daemon.start()
    assert daemon.ailment() == "the UDP port is closed"


async def test_stopping_twice_is_stopping_once(start_daemon):
    daemon = await start_daemon()
    await daemon.stop()
    await daemon.stop()


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
    await writer.drain()
    writer.close()


@pytest.fixture
def in_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("named", "sent"), [({}, 0), ({"no_verify_ssl": True}, 50), ({"ca_bundle": "authority.pem"}, 50)]
)
@pytest.mark.usefixtures("in_folder")
async def test_a_certificate_is_verified_as_chosen(start_daemon, sender, until, named, sent):
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(*Authority(Path.cwd()).issue("service", "127.0.0.1"))
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=server_side)
    async with server:
        endpoint = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        daemon = await start_daemon(endpoint=endpoint, flush_seconds=1, **named)
        sender(daemon).documents(*["{}"] * 50)
        await until(lambda: daemon.counts.sent == 50 or daemon.counts.backend_errors["other"] > 0)
        assert daemon.counts.sent == sent
        await daemon.stop()


async def test_authorities_that_cannot_be_read_are_named(tmp_path):
    (tmp_path / "empty.pem").touch()
    for name in ("absent.pem", "empty.pem"):
        daemon = Daemon(Config(region="us-east-1", local_mode=True, ca_bundle=str(tmp_path / name)))
        with pytest.raises(ConfigError, match=name):
            await daemon.start()
