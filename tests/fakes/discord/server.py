"""The server: Discord's REST API and gateway on a port of the loopback."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from aiohttp.typedefs import Middleware

from tests.fakes.discord import contract
from tests.fakes.discord.calls import PATH, CallingDiscord
from tests.fakes.discord.faults import Break, DiscordFault, Faults
from tests.fakes.discord.gateway import FakeGateway, guild_payload
from tests.fakes.discord.limits import OFF, DiscordLimits, RateLimiter
from tests.fakes.discord.people import DiscordUser
from tests.fakes.discord.routes import DiscordRefusal, Routes
from tests.fakes.discord.world import DiscordWorld, FakeDiscordChannel, Guild

TOKEN = "MTE.fake.discord-token"  # noqa: S105 - it opens nothing
API = "/api/v10"
_KEPT = 5000


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """One request that the bot made, and how it was answered."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    status: int


class FakeDiscord:
    """Discord, as far as one bot sees it.

    `violations` is everything that Discord would have refused, or that the bot promised not to
    do. `checked` is False in benchmarks, which measure the bot and not the checks. `middlewares`
    stand before the API, and may do anything to requests and answers.
    """

    def __init__(
        self,
        limits: DiscordLimits = OFF,
        *,
        checked: bool = True,
        seconds: Callable[[], float] = time.time,
        middlewares: Sequence[Middleware] = (),
    ) -> None:
        self.world = DiscordWorld(seconds)
        self.calls = CallingDiscord(seconds)
        self.world.application["verify_key"] = self.calls.public_key
        self.faults = Faults()
        self.gateway = FakeGateway(self.world, TOKEN)
        self.routes = Routes(self.world, lambda: self.gateway.address, self._dispatch)
        self.requests: deque[SeenRequest] = deque(maxlen=_KEPT)
        self.checked = checked
        self.revoked = False
        self.contract_violations: list[str] = []
        self._limits = limits
        self._middlewares = middlewares
        self.limiter: RateLimiter | None = None
        self._runner: web.AppRunner | None = None
        self.port = 0
        self._under_way = 0
        self._answered = asyncio.Event()

    @property
    def violations(self) -> list[str]:
        """What was wrong with the bot's requests."""
        refused = [f"a call was answered with {status}" for status in self.calls.refused]
        return [*self.contract_violations, *self.routes.violations, *refused]

    @property
    def base(self) -> str:
        """The address of the API."""
        return f"http://127.0.0.1:{self.port}{API}"

    @property
    def environment(self) -> dict[str, str]:
        """What leads a bot here."""
        return {"DISCORD_TOKEN": TOKEN, "DISCORD_API_BASE": self.base}

    def called_at(self, *addresses: str) -> dict[str, str]:
        """Call the bot at these addresses from now on; return what lets the first answer."""
        self.calls.urls = [f"http://{address}{PATH}" for address in addresses]
        own = {"DISCORD_PUBLIC_KEY": self.calls.public_key, "AINEWS_HTTP": addresses[0]}
        return {**self.environment, **own}

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listen, at the same port as before where one is given."""
        app = web.Application(client_max_size=2**24, middlewares=self._middlewares)
        app.router.add_get("/gateway", self.gateway.handle)
        app.router.add_get("/gateway/", self.gateway.handle)
        app.router.add_route("*", API + "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.gateway.address = f"ws://127.0.0.1:{self.port}/gateway"
        self.limiter = RateLimiter(self._limits, asyncio.get_running_loop().time)

    async def stop(self) -> None:
        """Stop listening, and cut what is open."""
        self.gateway.cut()
        await self.calls.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def person(
        self, guild: Guild, name: str = "Minji", permissions: int = 0, *, locale: str = "en-US"
    ) -> DiscordUser:
        """Let somebody join a server, with a role of these permissions."""
        user = self.world.user(name)
        roles = [self.world.role(guild, f"role of {name}", permissions)] if permissions else []
        guild.members[user.id] = roles
        return DiscordUser(self, guild, user, locale)

    def fault(self, method: str, path: str, **what: Any) -> DiscordFault:
        """Let something go wrong with the next request that fits."""
        return self.faults.add(DiscordFault(method, path, **what))

    def sent(self, method: str, path_end: str = "") -> list[SeenRequest]:
        """Return the requests of a method whose path ends so."""
        return [
            each for each in self.requests if each.method == method and each.path.endswith(path_end)
        ]

    async def until(self, seen: Callable[[], bool]) -> None:
        """Wait until something is so, looking again after each request that was answered."""
        while not seen():
            self._answered.clear()
            await self._answered.wait()

    async def quiet(self) -> None:
        """Wait until every request that came is answered."""
        while self._under_way:
            self._answered.clear()
            await self._answered.wait()

    def posts(self, channel: FakeDiscordChannel) -> list[dict[str, Any]]:
        """Return what the bot posted in a channel, oldest first."""
        return [
            channel.messages[number]
            for number in sorted(channel.messages, key=int)
            if channel.messages[number]["author"]["id"] == self.world.bot.id
        ]

    async def join(self, guild: Guild) -> None:
        """Let the bot be invited to a server again."""
        guild.joined = True
        await self._dispatch("GUILD_CREATE", guild_payload(self.world, guild), guild.id)

    async def kick(self, guild: Guild) -> None:
        """Throw the bot out of a server."""
        guild.joined = False
        await self._dispatch("GUILD_DELETE", {"id": guild.id}, guild.id)

    async def delete_channel(self, channel: FakeDiscordChannel) -> None:
        """Delete a channel."""
        channel.deleted = True
        event = "THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE"
        await self._dispatch(event, channel.payload(), channel.guild_id)

    async def change_channel(self, channel: FakeDiscordChannel) -> None:
        """Tell the bot that a channel changed: its permissions, its tags."""
        await self._dispatch("CHANNEL_UPDATE", channel.payload(), channel.guild_id)

    async def _dispatch(self, event: str, data: Any, guild_id: str | None) -> None:
        await self.gateway.dispatch(event, data, guild_id)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        path = "/" + request.match_info["path"]
        text = await request.text()
        body = json.loads(text) if text else None
        query = dict(request.query)
        method = request.method
        if self.checked:
            self.contract_violations += contract.violations(method, path, query, body)
        fault = self.faults.take(method, path)
        self._under_way += 1
        try:
            response = await self._response(request, path, query, body, fault)
        finally:
            self._under_way -= 1
            self._answered.set()
        self.requests.append(SeenRequest(method, path, query, body, response.status))
        return response

    async def _response(
        self,
        request: web.Request,
        path: str,
        query: dict[str, str],
        body: Any,
        fault: DiscordFault | None,
    ) -> web.Response:
        exempt = path.startswith(("/interactions/", "/webhooks/"))
        if not exempt and (self.revoked or request.headers.get("Authorization") != f"Bot {TOKEN}"):
            return _json(401, {"message": "401: Unauthorized", "code": 0})
        headers: dict[str, str] = {}
        if not exempt and self.limiter is not None:
            verdict = self.limiter.ask(f"{request.method} {_route(path)}", _major(path))
            headers = verdict.headers
            if not verdict.allowed:
                return _too_many(verdict.after, verdict.scope, headers)
        if fault is not None:
            answer = await self._faulty(request, path, query, body, fault)
            if answer is not None:
                return answer
        try:
            said = await self.routes.answer(request.method, path, query, body)
        except DiscordRefusal as refused:
            said = {"message": refused.message, "code": refused.code}
            return _json(refused.status, said, headers)
        if fault is not None and fault.breaks is Break.AFTER:
            _cut(request)
        if fault is not None and fault.garbled:
            return web.Response(status=200, text="<html>", content_type="text/html")
        return (
            web.Response(status=204, headers=headers) if said is None else _json(200, said, headers)
        )

    async def _faulty(
        self, request: web.Request, path: str, query: dict[str, str], body: Any, fault: DiscordFault
    ) -> web.Response | None:
        """Let a request fail as asked; None where it goes on to be done."""
        if fault.gate is not None:
            await fault.gate.wait()
        if fault.breaks is Break.BEFORE:
            _cut(request)
        if fault.status is None:
            return None
        if fault.taken:
            await self.routes.answer(request.method, path, query, body)
        return _json(fault.status, fault.body, {"Via": "1.1 fake", **fault.headers})


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


def _too_many(after: float, scope: str, headers: dict[str, str]) -> web.Response:
    body = {
        "message": "You are being rate limited.",
        "retry_after": after,
        "global": scope == "global",
        "code": 0,
    }
    more = {"Via": "1.1 fake", "Retry-After": str(int(after) + 1), "X-RateLimit-Scope": scope}
    if scope == "global":
        more["X-RateLimit-Global"] = "true"
    return _json(429, body, {**headers, **more})


def _json(status: int, body: Any, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(
        status=status,
        body=json.dumps(body).encode(),
        headers={**(headers or {}), "Content-Type": "application/json"},
    )


def _route(path: str) -> str:
    return "/".join("*" if part.isdecimal() else part for part in path.split("/"))


def _major(path: str) -> str:
    parts = path.split("/")
    return parts[2] if parts[1] == "channels" and len(parts) > 3 else ""
