"""The app's one HTTP listener. It knows how requests come in, and nothing of what they ask."""

from __future__ import annotations

import asyncio
import contextlib
import errno
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from bot.config.settings import HttpAddress
from bot.i18n.translator import N_
from bot.port.service import HttpRequest, HttpResponse, Route
from bot.port.settings_error import SettingsError

_LARGEST = 5 * 1024 * 1024
"""Bytes of a request's body: Slack's own are below one megabyte."""

_PATIENCE = 30.0
"""Seconds that a request's body may take to arrive."""

_CLOSING = 0.05
"""Seconds that requests under way may take when the bot stops."""


class Listener:
    """Listens at one address, and answers at the routes that hang on it."""

    def __init__(self, address: HttpAddress, routes: Sequence[Route]) -> None:
        self._address = address
        application = web.Application(client_max_size=_LARGEST)
        for route in routes:
            resource = application.router.add_resource(_pattern(route.path))
            resource.add_route(route.method, _handler(route))
            if route.method == "GET":
                resource.add_route("HEAD", _handler(route))
        application.on_response_prepare.append(_unnamed)
        self._runner = web.AppRunner(
            application, access_log=None, handle_signals=False, shutdown_timeout=_CLOSING
        )

    async def start(self) -> None:
        """Listen. Raises SettingsError where that cannot be."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._address.host, self._address.port).start()
        except OSError as error:
            await self.close()
            raise _refused(self._address, error) from error

    async def close(self) -> None:
        """Stop listening, soon also where somebody holds a connection open."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._runner.cleanup(), 4 * _CLOSING)


def _handler(route: Route) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(_PATIENCE):
                body = await request.read()
        except TimeoutError:
            raise web.HTTPRequestTimeout from None
        answer: HttpResponse = await route.handle(
            HttpRequest(
                request.method,
                request.path,
                request.rel_url.raw_query_string,
                request.headers,
                body,
                request.remote or "",
            )
        )
        headers = {"Content-Type": "text/plain; charset=utf-8", **answer.headers}
        return web.Response(status=answer.status, body=answer.body, headers=headers)

    return handle


def _pattern(path: str) -> str:
    return f"{path[:-1]}{{rest:.*}}" if path.endswith("/*") else path


async def _unnamed(request: web.Request, response: web.StreamResponse) -> None:
    """Tell strangers no versions."""
    del request
    response.headers["Server"] = "AINews"


def _refused(address: HttpAddress, error: OSError) -> SettingsError:
    if error.errno == errno.EADDRINUSE:
        reason = N_("Another program listens at {address}.")
        remedy = N_("Stop it, or write another port.")
    elif error.errno == errno.EACCES:
        reason = N_("This user may not listen at {address}.")
        remedy = N_("Write a port from 1024 on.")
    else:
        reason = N_("This machine has no address {host}.")
        remedy = N_("Write one of its own, such as 127.0.0.1, or 0.0.0.0 for all of them.")
    return SettingsError("AINEWS_HTTP", reason, remedy, address=address, host=address.host)
