"""The console on a socket of its own, with files that a test wrote; behind it something that answers as AWS's API would."""

import asyncio
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest

from skylens.app import _finder
from skylens.caller import root_of
from skylens.config import Settings
from skylens.console import asgi, sign_in_tokens
from skylens.console.attempts import Attempts
from skylens.console.world import World
from skylens.gateway.http_server import http_server, listen
from skylens.iam import accounts, named, revision
from skylens.iam.access_keys import AccessKeys, create, ensure_root_key
from skylens.iam.users import User
from skylens.sts.sessions import Sessions

ACCOUNT = "123456789012"
INDEX = '<!doctype html><meta property="csp-nonce" nonce="__CSP_NONCE__"><div id="root"></div>'


async def api(scope, receive, send):
    """Say that this is not the console."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"3")]})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else b"API"})


@dataclass
class Console:
    """A console that listens, what it recorded, and the browser that talks to it."""

    world: World
    recorded: list
    browser: httpx.AsyncClient
    origin: str

    def own(self, **headers):
        return {"origin": self.origin, **headers}

    async def sign_in(self, key, **more):
        given = {"AccessKeyId": key.access_key_id, "SecretAccessKey": key.secret, **more}
        return await self.browser.post("/console/session", json=given, headers=self.own())

    def token(self, key):
        with self.world.control.begin() as connection:
            return sign_in_tokens.create(connection, self.world.ids, key, self.world.clock.now())


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(INDEX)
    (folder / "icon.svg").write_text("<svg/>")
    (folder / "assets" / "main-0a1b.js").write_text("main()")
    (folder / "assets" / "main-0a1b.js.gz").write_bytes(b"gzipped")
    (folder / "assets" / "main-0a1b.js.br").write_bytes(b"brotlied")
    (tmp_path / "secret.txt").write_text("not yours")
    return folder


@pytest.fixture
def console(control, clock, ids, files):
    """Serve a console: ``async with console() as it``, with settings where they matter."""

    @asynccontextmanager
    async def serve(record=None, **settings):
        recorded = []

        async def remember(events):
            recorded.extend(events)

        find = _finder(AccessKeys(control, clock), Sessions(control, clock))
        world = World(
            Settings(account=ACCOUNT, **settings),
            control,
            clock,
            ids,
            find,
            record or remember,
            Attempts(clock),
            files,
        )
        world.daemon_address = "127.0.0.1:2000"
        listener = listen("127.0.0.1", 0)
        server = http_server(asgi.application(world, api))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await server.answering.wait()
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            async with httpx.AsyncClient(base_url=origin, trust_env=False) as browser:
                yield Console(world, recorded, browser, origin)
        finally:
            server.should_exit = True
            await serving
            listener.close()

    return serve


@pytest.fixture
def key(control, clock, ids):
    """The root key of the account."""
    return ensure_root_key(control, ACCOUNT, ids=ids, clock=clock)


@pytest.fixture
def user_key(control, clock, ids, key):
    """A key of a user of the account."""
    with revision.writing(control) as connection:
        accounts.ensure(connection, ACCOUNT, clock.now())
        user = User(account=ACCOUNT, name="erin", id=named.new_id(User, ids), created_at=clock.now())
        named.create(connection, user)
        assert key.principal == root_of(ACCOUNT)
        return create(connection, control.secrets, user.principal, ids=ids, now=clock.now())


def directives(response):
    """The Content-Security-Policy of an answer, by the names of its directives."""
    parts = response.headers["content-security-policy"].split("; ")
    return {name: sources for name, _, sources in (part.partition(" ") for part in parts)}


def nonce(response):
    return re.search(r"'nonce-([0-9a-f]{32})'", directives(response)["style-src"])[1]
