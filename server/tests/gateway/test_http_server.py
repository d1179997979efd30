"""Over real sockets: heads that never end, heads that are too long, and an end that lets requests finish."""

import asyncio
import ssl
from contextlib import asynccontextmanager

import pytest
from certificates import self_signed

from skylens.gateway import http_server as room
from skylens.gateway.certificate import Certificate
from skylens.gateway.http_server import http_server, listen
from skylens.tls import Tls, tls_of


async def hello(_scope, receive, send):
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"hello"})


@asynccontextmanager
async def running(application=hello, tls=None):
    listener = listen("127.0.0.1", 0)
    server = http_server(application, tls)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await server.answering.wait()
    try:
        yield listener.getsockname()[1], server
    finally:
        server.should_exit = True
        await serving
        listener.close()


async def talk(port, *sent, pause=0.0):
    """Send the pieces; return all that is answered until the server closes, or for a second."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in sent:
            if reader.at_eof():
                break
            writer.write(piece)
            await asyncio.sleep(pause)
        async with asyncio.timeout(5):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_a_request_is_answered():
    async with running() as (port, _):
        answer = await talk(port, b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"hello")
    assert b"date: " in answer
    assert b"server: " not in answer


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_over_tls_the_application_is_told_how_the_connection_is_encrypted(tmp_path, version):
    certificate = Certificate(*self_signed(tmp_path, "localhost"))
    certificate.inside.maximum_version = version
    seen = []

    async def note(scope, receive, send):
        seen.append((scope["scheme"], tls_of(scope)))
        await hello(scope, receive, send)

    async with running(note, certificate.server) as (port, _):
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=certificate.inside, server_hostname="localhost"
        )
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert (await reader.read()).endswith(b"hello")
        agreed = writer.get_extra_info("cipher")
        writer.close()
    assert seen == [("https", Tls(version.name.replace("_", "."), agreed[0]))]


async def test_without_tls_nothing_is_told_of_it():
    seen = []

    async def note(scope, receive, send):
        seen.append(tls_of(scope))
        await hello(scope, receive, send)

    async with running(note) as (port, _):
        await talk(port, b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert seen == [None]


@pytest.mark.parametrize("begin", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\n"])
async def test_a_head_that_never_ends_ends_the_connection(monkeypatch, begin):
    monkeypatch.setattr(room, "HEAD_SECONDS", 0.1)
    async with running() as (port, _):
        assert await talk(port, begin) == b""


async def test_a_head_that_trickles_in_ends_the_connection(monkeypatch):
    monkeypatch.setattr(room, "HEAD_SECONDS", 0.1)
    async with running() as (port, _):
        assert await talk(port, b"GET / HTTP/1.1\r\n", *[b"X-A: 1\r\n"] * 10, pause=0.03) == b""


async def test_a_kept_connection_waits_for_its_next_head(monkeypatch):
    monkeypatch.setattr(room, "HEAD_SECONDS", 0.1)
    async with running() as (port, _):
        head = b"GET / HTTP/1.1\r\nHost: a\r\n"
        answer = await talk(port, head + b"\r\n", head + b"\r\n", head, pause=0.2)
    assert answer.count(b"200 OK") == 2


async def test_a_head_that_is_too_long_is_refused():
    async with running() as (port, _):
        answer = await talk(port, b"GET / HTTP/1.1\r\n", *[b"X-A: " + b"a" * 30_000] * 3, pause=0.05)
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"exceed 65536 bytes" in answer


async def test_a_running_request_is_finished_at_the_end():
    started, finish = asyncio.Event(), asyncio.Event()

    async def slow(scope, receive, send):
        started.set()
        await finish.wait()
        await hello(scope, receive, send)

    async with running(slow) as (port, server):
        talking = asyncio.create_task(talk(port, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"))
        await started.wait()
        server.should_exit = True
        await asyncio.sleep(0.2)
        finish.set()
        assert (await talking).endswith(b"hello")
