"""proxy.py: any request passes, signed, and its answer comes back unchanged."""

import asyncio
import gzip
from typing import Any

import aiohttp
import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skylens_daemon.proxy import PROBLEM_HEADER


def url(daemon, path: str) -> Any:
    from yarl import URL

    host, port = daemon.addresses.tcp
    return URL(f"http://{host}:{port}{path}", encoded=True)


@pytest.fixture
async def client():
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        yield session


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("status", [200, 204, 302, 400, 403, 404, 429, 500, 501])
async def test_method_path_body_and_answer_pass_unchanged(start_daemon, sink, client, method, status):
    daemon = await start_daemon()
    body = b"" if status == 204 else b'\x00\xff{"__type":"X"}'
    sink.always = sink.Reply(status, body, {"x-amzn-ErrorType": "X", "Location": "/elsewhere"})
    async with client.request(
        method, url(daemon, "/a%2Fb/..//c?x=1"), data=b"\x00body", allow_redirects=False
    ) as answer:
        assert (answer.status, await answer.read()) == (status, body)
        assert answer.headers["x-amzn-ErrorType"] == "X"
    seen = sink.seen[0]
    assert (seen.method, seen.path, seen.body) == (method, "/a%2Fb/..//c?x=1", b"\x00body")
    assert daemon.counts.proxied == {status: 1}


async def test_the_request_is_signed_for_the_service(start_daemon, sink, client):
    daemon = await start_daemon()
    stale = {"Authorization": "old", "X-Amz-Date": "old", "X-Amz-Security-Token": "old", "X-Amz-Target": "T"}
    async with client.post(url(daemon, "/SamplingTargets"), data=b"{}", headers=stale):
        pass
    headers = sink.seen[0].headers
    assert headers["Host"] == sink.url.removeprefix("http://")
    assert "SignedHeaders=content-type;host;x-amz-date;x-amz-target" in headers["Authorization"]
    assert headers["X-Forwarded-For"] == "127.0.0.1"
    assert "old" not in headers.values()


async def test_compressed_bodies_pass_as_they_are_both_ways(start_daemon, sink, client):
    daemon = await start_daemon()
    packed = gzip.compress(b"answer")
    sink.always = sink.Reply(200, packed, {"Content-Encoding": "gzip"})
    sent = gzip.compress(b"question")
    async with client.post(url(daemon, "/x"), data=sent, headers={"Content-Encoding": "gzip"}) as answer:
        assert await answer.read() == packed
        assert answer.headers["Content-Encoding"] == "gzip"
    assert (sink.seen[0].body, sink.seen[0].headers["Content-Encoding"]) == (sent, "gzip")


async def test_an_unreachable_service_is_a_502(start_daemon, sink, client):
    daemon = await start_daemon()
    await sink.stop()
    async with client.post(url(daemon, "/GetSamplingRules"), data=b"{}") as answer:
        assert answer.status == 502
        assert "could not reach http://127.0.0.1" in await answer.text()
    assert daemon.counts.proxied == {502: 1}


async def test_without_credentials_the_request_goes_unsigned_for_the_service_to_judge(start_daemon, sink, client):
    daemon = await start_daemon(key=None)
    sink.always = sink.Reply(403, b'{"message":"Missing Authentication Token"}')
    async with client.post(url(daemon, "/GetSamplingRules"), data=b"{}") as answer:
        assert answer.status == 403
    assert "Authorization" not in sink.seen[0].headers
    assert "no credentials" in answer.headers[PROBLEM_HEADER]


async def test_half_an_answer_does_not_look_whole(start_daemon, client):
    async def half(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(half, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        daemon = await start_daemon(endpoint=f"http://127.0.0.1:{port}")
        with pytest.raises(aiohttp.ClientError):
            async with client.get(url(daemon, "/x")) as answer:
                await answer.read()


async def test_a_large_answer_passes(start_daemon, sink, client):
    daemon = await start_daemon()
    sink.always = sink.Reply(200, b"z" * 5_000_000)
    async with client.get(url(daemon, "/Traces")) as answer:
        assert len(await answer.read()) == 5_000_000


async def test_a_large_request_passes(start_daemon, sink, client):
    daemon = await start_daemon()
    body = b"z" * 900_000 * 3
    from io import BytesIO

    async with client.post(url(daemon, "/TraceSegments"), data=BytesIO(body)) as answer:
        assert answer.status == 200
    assert sink.seen[0].body == body


async def test_boto3_works_through_it_without_keys(start_daemon, sink):
    daemon = await start_daemon()
    sink.always = sink.Reply(200, b'{"SamplingRuleRecords":[]}', {"Content-Type": "application/json"})
    host, port = daemon.addresses.tcp
    xray = boto3.client(
        "xray", region_name="us-east-1", endpoint_url=f"http://{host}:{port}", config=Config(signature_version=UNSIGNED)
    )
    answer = await asyncio.to_thread(xray.get_sampling_rules)
    xray.close()
    assert answer["SamplingRuleRecords"] == []
    assert sink.seen[0].path == "/GetSamplingRules"
    assert "Credential=AKIDEXAMPLE/" in sink.seen[0].headers["Authorization"]


async def test_what_is_no_http_is_answered_and_survived(start_daemon, client):
    daemon = await start_daemon()
    reader, writer = await asyncio.open_connection(*daemon.addresses.tcp)
    writer.write(b"\x00\x01garbage\r\n\r\n")
    assert (await reader.read()).startswith(b"HTTP/1.0 400")
    writer.close()
    await writer.wait_closed()
    async with client.get(url(daemon, "/x")) as answer:
        assert answer.status == 200


async def raw(daemon, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(*daemon.addresses.tcp)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_a_client_that_takes_it_for_a_forward_proxy_is_served(start_daemon, sink):
    daemon = await start_daemon()
    answer = await raw(daemon, b"GET http://xray.example/a?b=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert sink.seen[0].path == "/a?b=1"


async def test_a_header_that_repeats_arrives_whole(start_daemon, sink):
    daemon = await start_daemon()
    await raw(daemon, b"GET / HTTP/1.1\r\nHost: x\r\nX-Own: 1\r\nx-own: 2\r\nConnection: close\r\n\r\n")
    assert sink.seen[0].headers["X-Own"] == "1, 2"


async def test_a_slow_client_holds_up_neither_others_nor_the_end(start_daemon, client):
    daemon = await start_daemon()
    _, writer = await asyncio.open_connection(*daemon.addresses.tcp)
    writer.write(b"POST /TraceSegments HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly this")
    await writer.drain()
    async with client.get(url(daemon, "/x")) as answer:
        assert answer.status == 200
    async with asyncio.timeout(5):
        await daemon.stop()
    writer.close()


async def test_a_slow_service_holds_up_no_other_request(start_daemon, sink, client, until):
    sink.by_path["/slow"] = sink.Reply(after=60)
    daemon = await start_daemon()
    slow = asyncio.create_task(client.get(url(daemon, "/slow")))
    await until(lambda: sink.to("/slow"))
    async with asyncio.timeout(30), client.get(url(daemon, "/x")) as answer:
        assert answer.status == 200
    slow.cancel()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(path=st.lists(st.sampled_from(["a", "%20", "..", "", "~", "x:y", "(1)", "%C3%A9"]), max_size=6).map("/".join))
def test_any_path_reaches_the_service_as_it_was_written(path):
    asyncio.run(_path_passes("/" + path))


async def _path_passes(path: str) -> None:
    """Drive one request through a proxy of its own: hypothesis and fixtures with a loop do not mix."""
    from skylens_daemon.app import Daemon
    from skylens_daemon.config import Config as DaemonConfig
    from skylens_daemon.sign import Key

    lines = []

    async def note(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.append((await reader.readuntil(b"\r\n\r\n")).split(b"\r\n", 1)[0])
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(note, "127.0.0.1", 0)
    async with server:
        endpoint = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        daemon = Daemon(
            DaemonConfig("127.0.0.1:0", "127.0.0.1:0", endpoint=endpoint, region="r", local_mode=True),
            key=Key("a", "b"),
        )
        await daemon.start()
        reader, writer = await asyncio.open_connection(*daemon.addresses.tcp)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        await reader.read()
        writer.close()
        await daemon.stop()
    assert lines == [f"GET {path} HTTP/1.1".encode()]
