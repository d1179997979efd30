"""One aiohttp request under the X-Ray SDK for Python, with a traced client call in it; prints the trace id."""

import asyncio

import aiohttp
from aiohttp import web
from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.async_context import AsyncContext
from aws_xray_sdk.ext.aiohttp.client import aws_xray_trace_config
from aws_xray_sdk.ext.aiohttp.middleware import middleware


async def back(_request):
    return web.Response(text="back")


async def front(request):
    back_url = request.url.with_path("/back")
    traced = aiohttp.ClientSession(trace_configs=[aws_xray_trace_config()])
    async with traced as session, session.get(back_url) as answer:
        await answer.text()
    async with xray_recorder.in_subsegment_async("work"):
        await asyncio.sleep(0.001)
    return web.Response(text=xray_recorder.current_segment().trace_id)


async def main():
    xray_recorder.configure(
        service="aiohttp-front", sampling=False, context=AsyncContext(), context_missing="LOG_ERROR"
    )
    app = web.Application(middlewares=[middleware])
    app.add_routes([web.get("/front", front), web.get("/back", back)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/front") as answer:
        print(await answer.text())
    await runner.cleanup()


asyncio.run(main())
