"""What was built is served, and nothing else."""

import asyncio
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from console.conftest import nonce


async def test_each_page_has_a_nonce_of_its_own(console):
    async with console() as it:
        first, second = [await it.browser.get("/console/") for _ in range(2)]
    assert f'nonce="{nonce(first)}"' in first.text
    assert "__CSP_NONCE__" not in first.text
    assert nonce(first) != nonce(second)
    assert first.headers["cache-control"] == "no-store"
    assert first.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("accepted", "encoding", "content"),
    [
        ("gzip, deflate, br, zstd", "br", b"brotlied"),
        ("gzip, br;q=0", "gzip", b"gzipped"),
        ("identity", None, b"main()"),
    ],
)
async def test_an_asset_comes_as_the_browser_takes_it(console, accepted, encoding, content):
    async with console() as it:
        headers = {"accept-encoding": accepted}
        async with it.browser.stream("GET", "/console/assets/main-0a1b.js", headers=headers) as answer:
            raw = b"".join([piece async for piece in answer.aiter_raw()])
    assert (answer.headers.get("content-encoding"), raw) == (encoding, content)
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "Accept-Encoding"


async def test_the_icon_may_change(console):
    async with console() as it:
        answer = await it.browser.get("/console/icon.svg")
    assert (answer.text, answer.headers["content-type"]) == ("<svg/>", "image/svg+xml")
    assert answer.headers["cache-control"] == "public, max-age=3600"


ELSEWHERE = (
    "/console/../secret.txt",
    "/console/%2e%2e/secret.txt",
    "/console/..%2fsecret.txt",
    "/console/assets/../../secret.txt",
    "/console/assets/..%2f..%2fsecret.txt",
    "/console/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
    "/console/assets/..%5c..%5csecret.txt",
    "/console/assets//etc/passwd",
    "/console/assets/%2fetc%2fpasswd",
    "/console/assets/main-0a1b.js%00.js",
    "/console/assets/main-0a1b.js.gz",
    "/console/assets/.",
    "/console/assets/",
    "/console/assets",
    "/console/index.html",
    "/console/.vite/manifest.json",
)


async def test_no_path_leads_anywhere_else(console):
    def ask(origin, path):
        # http.client sends the path as it is; a browser, and httpx, would tidy it up.
        with closing(HTTPConnection(urlsplit(origin).netloc)) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            return path, answer.status, b"not yours" in answer.read()

    async with console() as it:
        answers = [await asyncio.to_thread(ask, it.origin, path) for path in ELSEWHERE]
    assert answers == [(path, 404, False) for path in ELSEWHERE]


async def test_a_link_out_of_the_folder_is_not_followed_by_name(console, files):
    (files / "assets" / "folder.js").mkdir()
    async with console() as it:
        assert (await it.browser.get("/console/assets/folder.js")).status_code == 404


async def test_a_checkout_that_was_not_built_says_what_to_do(console, files):
    (files / "index.html").unlink()
    async with console() as it:
        answer = await it.browser.get("/console/")
    assert answer.status_code == 503
    assert "make console" in answer.text
    assert f'<style nonce="{nonce(answer)}">' in answer.text
