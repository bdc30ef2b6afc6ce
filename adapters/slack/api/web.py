"""HTTP: Slack calls the bot at `/slack/events`, and signs what it sends."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

PATH = "/slack/events"

_LARGEST = 5 * 1024 * 1024
"""Bytes of a request: Slack's own are below one megabyte."""

_CLOSING = 0.1
"""Seconds that requests under way may take when the bot stops."""


@dataclass(slots=True)
class Endpoint:
    """The server that Slack calls."""

    app: AsyncApp
    port: int
    _runner: web.AppRunner | None = field(default=None)

    async def start(self) -> None:
        """Listen on every address of the machine. Raises OSError where the port is taken."""
        application = web.Application(client_max_size=_LARGEST)
        application.add_routes([web.post(PATH, self._handle)])
        self._runner = web.AppRunner(
            application, access_log=None, handle_signals=False, shutdown_timeout=_CLOSING
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, port=self.port).start()

    async def close(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._runner.cleanup(), 2 * _CLOSING)
            self._runner = None

    async def _handle(self, request: web.Request) -> web.Response:
        response = await self.app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(response)
