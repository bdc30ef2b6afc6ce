"""A model's endpoint on loopback, and a writer's plugin that asks it, for the bot's own process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.i18n.translator import N_
from bot.port.platform import PlatformContext, PlatformSetting
from bot.port.writer import Draft, WriterLater, WriterTask

TOKENS = (400, 100)


class Endpoint:
    """Answers what it is asked in the language that is wanted, or hangs.

    `asked` are the titles and languages that it was asked for, in turn.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.answers = asyncio.Event()
        self.answers.set()
        self.url = ""
        self._changed = asyncio.Event()
        self._runner = web.AppRunner(self._app(), shutdown_timeout=0.1)

    @classmethod
    @asynccontextmanager
    async def running(cls) -> AsyncIterator[Endpoint]:
        """Listen as long as it is entered."""
        endpoint = cls()
        await endpoint._runner.setup()
        site = web.TCPSite(endpoint._runner, "127.0.0.1", 0)
        await site.start()
        host, port = endpoint._runner.addresses[0]
        endpoint.url = f"http://{host}:{port}/v1"
        try:
            yield endpoint
        finally:
            await endpoint.die()

    async def die(self) -> None:
        """Listen no more. May be called twice."""
        self.answers.set()
        await self._runner.cleanup()

    async def until_asked(self, count: int) -> None:
        """Wait until it was asked so often."""
        async with asyncio.timeout(20):
            while len(self.asked) < count:
                await self._changed.wait()
                self._changed.clear()

    def _app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/v1/drafts", self._draft)
        return app

    async def _draft(self, request: web.Request) -> web.Response:
        task: dict[str, Any] = await request.json()
        self.asked.append((task["title"], task["into"]))
        self._changed.set()
        await self.answers.wait()
        korean = task["into"] == "ko"
        said = {
            "title": f"소식 {task['title'][-1]}" if korean else f"News {task['title'][-1]}",
            "note": "매개변수가 400억 개이다." if korean else "It has 30 billion parameters.",
        }
        return web.json_response(said)


class _Asking:
    """Asks the endpoint."""

    def __init__(self, url: str) -> None:
        self.name = "small"
        self._url = url

    async def draft(self, task: WriterTask) -> Draft:
        """Ask for a draft."""
        asked = {"title": task.title, "into": task.into}
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.post(f"{self._url}/drafts", json=asked) as answer,
            ):
                said = await answer.json()
        except aiohttp.ClientError:
            raise WriterLater(N_("The server asks for patience (429).")) from None
        return Draft(said["title"], said["note"], (), *TOKENS, self.name)

    async def close(self) -> None:
        """Let go of nothing."""


class _Plugin:
    """What the bot's process finds as its writer."""

    settings: tuple[PlatformSetting, ...] = ()

    def create(self, context: PlatformContext) -> _Asking | None:
        """Make it where an endpoint is set."""
        url = context.environment.get("AINEWS_MODEL_URL")
        return _Asking(url) if url else None


plugin = _Plugin()


def installed_in(folder: Path) -> Path:
    """Install the plugin for whoever has a folder on the path, before any other."""
    there = folder / "a_writer-1.0.dist-info"
    there.mkdir(parents=True)
    (there / "METADATA").write_text("Metadata-Version: 2.1\nName: a-writer\nVersion: 1.0\n")
    (there / "entry_points.txt").write_text(
        f"[ainews.writers]\na-writer = {__name__}:plugin\n", encoding="utf-8"
    )
    return folder
