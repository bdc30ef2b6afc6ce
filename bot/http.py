"""The app's one HTTP listener. It knows how requests come in, and nothing of what they ask."""

from __future__ import annotations

import asyncio
import contextlib
import errno
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiohttp import web

from bot.config.readers import HttpAddress
from bot.i18n.translator import N_
from bot.port.platform import DRAINING
from bot.port.service import HttpRequest, HttpResponse, Route
from bot.port.settings_error import SettingsError

_LARGEST = 5 * 1024 * 1024
"""Bytes of a request's body: several times what any platform sends."""

_PATIENCE = 30.0
"""Seconds that a request's body may take to arrive."""

_CLOSING = 0.05
"""Seconds that an answer may take to go out when the bot stops."""

_PLAIN = "text/plain; charset=utf-8"

Handle = Callable[[HttpRequest], Awaitable[HttpResponse]]


class Listener:
    """Listens at one address, and answers at the routes that hang on it.

    It finds them itself, below the library's own application: that takes as long to find one of a
    few routes, and to call it, as all else does.
    """

    def __init__(self, address: HttpAddress, routes: Sequence[Route]) -> None:
        self._address = address
        self._routes = _Routes(routes)
        server = web.Server(self._answer, request_factory=_request, access_log=None)
        self._server = server
        self._runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=_CLOSING)
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def start(self) -> None:
        """Listen. Raises SettingsError where that cannot be."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._address.host, self._address.port).start()
        except OSError as error:
            await self.close()
            raise _refused(self._address, error) from error

    async def drain(self) -> None:
        """Take no further requests, and wait until those under way are answered."""
        for site in self._runner.sites.copy():
            await site.stop()
        await asyncio.sleep(0)  # so that what has come in is under way
        self._server.pre_shutdown()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), DRAINING)

    async def close(self) -> None:
        """Stop listening, soon also where somebody holds a connection open."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._runner.cleanup(), 4 * _CLOSING)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        handle = self._routes.find(request.method, request.path)
        body = await _body(request) if request.body_exists else b""
        whole = HttpRequest(
            request.method,
            request.path,
            request.rel_url.raw_query_string,
            request.headers,
            body,
            request.remote or "",
        )
        self._under_way += 1
        self._idle.clear()
        try:
            answer = await handle(whole)
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()
        headers = {"Content-Type": _PLAIN, **answer.headers}
        return web.Response(status=answer.status, body=answer.body, headers=headers)


class _Routes:
    """Which route answers: the one at a path, or the first below which the path is."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._at: dict[str, dict[str, Handle]] = {}
        below: dict[str, dict[str, Handle]] = {}
        for route in routes:
            whole = not route.path.endswith("/*")
            answers = (self._at if whole else below).setdefault(route.path.removesuffix("*"), {})
            answers.setdefault(route.method, route.handle)
            if route.method == "GET":
                answers.setdefault("HEAD", route.handle)
        self._below = tuple(below.items())

    def find(self, method: str, path: str) -> Handle:
        """Return what answers. Raises HTTPException where nothing does."""
        found = [self._at[path]] if path in self._at else []
        found += (answers for prefix, answers in self._below if path.startswith(prefix))
        for answers in found:
            if method in answers:
                return answers[method]
        if not found:
            raise web.HTTPNotFound
        raise web.HTTPMethodNotAllowed(method, {each for answers in found for each in answers})


class _Request(web.BaseRequest):
    async def _prepare_hook(self, response: web.StreamResponse) -> None:
        """Tell strangers no versions, whatever they are answered."""
        response.headers["Server"] = "AINews"


def _request(
    message: Any, payload: Any, protocol: Any, writer: Any, task: asyncio.Task[None]
) -> web.BaseRequest:
    loop = asyncio.get_running_loop()
    return _Request(message, payload, protocol, writer, task, loop, client_max_size=_LARGEST)


async def _body(request: web.BaseRequest) -> bytes:
    """Read a body. Raises HTTPException where it is too large, too slow, or never comes whole."""
    if request.headers.get("Expect", "").casefold() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0  # the answer itself has not begun
    try:
        async with asyncio.timeout(_PATIENCE):
            return await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except ConnectionError:
        raise web.HTTPBadRequest from None


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
