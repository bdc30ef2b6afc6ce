"""What stands before a platform's server: it sees each request come and go, and can spoil it."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from tests.faults.points import Deed, Stage

_DISCORD = (
    (Deed.CROSSPOST, "POST", r".*/channels/\d+/messages/\d+/crosspost"),
    (Deed.THREAD, "POST", r".*/channels/\d+/messages/\d+/threads"),
    (Deed.PUBLISH, "POST", r".*/channels/\d+/(messages|threads)"),
    (Deed.UPDATE, "PATCH", r".*/channels/\d+/messages/\d+"),
    (Deed.FIND, "GET", r".*/channels/\d+/messages(/\d+)?"),
    (Deed.FIND, "GET", r".*/guilds/\d+/threads/active"),
    (Deed.FIND, "GET", r".*/channels/\d+/threads/archived/public"),
)
_SLACK = (
    (Deed.PUBLISH, "POST", r"/api/chat\.postMessage"),
    (Deed.UPDATE, "POST", r"/api/chat\.update"),
    (Deed.FIND, "(GET|POST)", r"/api/conversations\.(history|replies)"),
)
_DEEDS = {"discord": _DISCORD, "slack": _SLACK}

Answer = Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]
"""Answers a request in the server's place; the handler is the server."""


@dataclass(slots=True)
class TransportFault:
    """What answers the next `times` requests for a deed, in the server's place.

    So many requests go well before, `after`. `path` is part of the paths that it is about.
    """

    deed: Deed
    answer: Answer
    times: int = 1
    after: int = 0
    path: str = ""
    seen: int = 0

    def fits(self, deed: Deed, path: str) -> bool:
        """Whether it is this request's; counts those that go well before."""
        if deed is not self.deed or self.seen >= self.times or self.path not in path:
            return False
        if self.after:
            self.after -= 1
            return False
        self.seen += 1
        return True


class Transport:
    """The way to one platform.

    `watch` is asked at each stage of each deed; where it returns True, the connection is cut
    there. `deeds` counts the requests for each, `requests` all of them.
    """

    def __init__(self, platform: str) -> None:
        """`platform` is the one whose API is spoken."""
        self.platform = platform
        self.watch: Callable[[Deed, Stage], bool] | None = None
        self.deeds: Counter[Deed] = Counter()
        self.requests = 0
        self.under_way = 0
        self._troubles: list[TransportFault] = []
        self._moved = asyncio.Event()

    @property
    def middleware(self) -> Middleware:
        """What the server is given."""

        @web.middleware
        async def stand_before(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.headers.get("Upgrade"):
                return await handler(request)
            self.requests += 1
            self.under_way += 1
            try:
                return await self._pass(request, handler)
            finally:
                self.under_way -= 1
                self._moved.set()

        return stand_before

    def trouble(
        self, deed: Deed, answer: Answer, *, times: int = 1, after: int = 0, path: str = ""
    ) -> TransportFault:
        """Let something go wrong with the next requests for a deed."""
        trouble = TransportFault(deed, answer, times, after, path)
        self._troubles.append(trouble)
        return trouble

    def clear(self) -> None:
        """Let everything go well again, unwatched."""
        self._troubles.clear()
        self.watch = None

    async def moved(self) -> None:
        """Wait for a request to be answered."""
        self._moved.clear()
        await self._moved.wait()

    async def idle(self) -> None:
        """Wait until every request that came is answered or cut."""
        while self.under_way:
            await self.moved()

    async def _pass(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        deed = deed_of(self.platform, request)
        if deed is None:
            return await handler(request)
        self.deeds[deed] += 1
        if self._cut(request, deed, Stage.ARRIVED):
            return web.Response()
        trouble = next((one for one in self._troubles if one.fits(deed, request.path)), None)
        if trouble is not None:
            return await trouble.answer(request, handler)
        response = await handler(request)
        if self._cut(request, deed, Stage.ACCEPTED) or self.watch is None:
            return response
        with contextlib.suppress(ConnectionError):
            await response.prepare(request)
            await response.write_eof()
        self._cut(request, deed, Stage.ANSWERED)
        return response

    def _cut(self, request: web.Request, deed: Deed, stage: Stage) -> bool:
        if self.watch is None or not self.watch(deed, stage):
            return False
        cut(request)
        return True


def deed_of(platform: str, request: web.Request) -> Deed | None:
    """Return what a request is for, None where it is not about a post."""
    for deed, method, path in _DEEDS[platform]:
        if re.fullmatch(method, request.method) and re.fullmatch(path, request.path):
            return deed
    return None


def cut(request: web.Request) -> None:
    """Break the connection."""
    if request.transport is not None:
        request.transport.abort()


# What may answer in a server's place


async def lost(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Do what is asked, and cut the connection before the answer."""
    response = await handler(request)
    cut(request)
    return response


async def unheard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Cut the connection; the server never hears of it."""
    del handler
    cut(request)
    return web.Response()


def limited(seconds: float | None, *, whole: bool = False) -> Answer:
    """Ask to wait, without saying how long for None; `whole`: it is about all requests."""

    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        del handler
        if request.path.startswith("/api/v10"):
            return _limited_by_discord(seconds, whole=whole)
        headers = {} if seconds is None else {"Retry-After": f"{seconds:.0f}"}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)

    return answer


def _limited_by_discord(seconds: float | None, *, whole: bool) -> web.Response:
    said = {"message": "You are being rate limited.", "global": whole, "code": 0}
    scope = "global" if whole else "user"
    headers = {"Via": "1.1 fake", "X-RateLimit-Scope": scope}
    if whole:
        headers["X-RateLimit-Global"] = "true"
    if seconds is None:
        # An answer of 429 that is not the API's own: without JSON, without a delay.
        return web.Response(status=429, text="slow down", headers={"Via": "1.1 fake"})
    headers["Retry-After"] = f"{seconds:.0f}"
    return web.json_response({**said, "retry_after": seconds}, status=429, headers=headers)


def status(code: int, text: str = "", kind: str = "text/html") -> Answer:
    """Answer with an HTTP status and a text; the server never hears of it."""

    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        del request, handler
        return web.Response(status=code, text=text, content_type=kind)

    return answer


def refused(discord: tuple[int, int], slack: str) -> Answer:
    """Refuse, with Discord's status and code, or Slack's word."""

    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        del handler
        if request.path.startswith("/api/v10"):
            said = {"message": "No.", "code": discord[1]}
            return web.json_response(said, status=discord[0], headers={"Via": "1.1 fake"})
        return web.json_response({"ok": False, "error": slack})

    return answer


def key_in(body: str) -> str | None:
    """Return the key of the post that a request's body is about."""
    found = re.search(r'"(?:key|nonce)":\s*"([a-z2-7]{25})"|\bn([a-z2-7]{25})\|', body)
    return (found[1] or found[2]) if found is not None else None
