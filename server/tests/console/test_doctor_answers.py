"""Who may have doctor's checks made, and how often. What they find of a whole server is in the acceptance tests."""

import asyncio
from contextlib import asynccontextmanager


async def test_nobody_is_told_who_is_not_signed_in(console):
    async with console() as it:
        answer = await it.browser.get("/console/doctor")
        assert (answer.status_code, answer.json()) == (401, {"message": "You are not signed in."})


async def test_another_sites_page_is_refused_where_no_cookie_is_asked_for(console):
    async with console(auth="off") as it:
        answer = await it.browser.get("/console/doctor", headers={"sec-fetch-site": "cross-site"})
        assert answer.status_code == 403


async def test_what_is_found_is_told_with_advice(console, key):
    async with console() as it:
        await it.sign_in(key)
        it.world.endpoint = "http://127.0.0.1:1"
        found = (await it.browser.get("/console/doctor")).json()["Findings"]
        assert [(each["Check"], each["Ok"], each["TraceId"]) for each in found] == [("server", False, "")]
        assert "skylens up" in found[0]["Advice"]


@asynccontextmanager
async def hesitant():
    """Something at an address that answers nobody before it may."""
    asked, may_answer = asyncio.Event(), asyncio.Event()

    async def hesitate(_reader, writer):
        asked.set()
        await may_answer.wait()
        writer.close()

    async with await asyncio.start_server(hesitate, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked, may_answer


async def test_a_session_has_one_examination_at_a_time(console, key):
    async with console() as it, hesitant() as (endpoint, asked, may_answer):
        await it.sign_in(key)
        it.world.endpoint = endpoint
        first = asyncio.create_task(it.browser.get("/console/doctor"))
        await asked.wait()
        second = await it.browser.get("/console/doctor")
        may_answer.set()
        assert (second.status_code, (await first).status_code) == (429, 200)
        assert (await it.browser.get("/console/doctor")).status_code == 200
