"""The server: it holds the workspace, answers the Web API and delivers what people do."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Middleware

from tests.fakes.slack import calling, methods, rules
from tests.fakes.slack.contracts import required_arguments
from tests.fakes.slack.delivery import SlackDelivery
from tests.fakes.slack.limits import SlackLimits
from tests.fakes.slack.oauth import CLIENT_ID, CLIENT_SECRET, Grants
from tests.fakes.slack.workspace import TEAM, FakeWorkspace

BOT_TOKEN = "xoxb-1-bot"  # noqa: S105 - opens nothing but this fake
APP_TOKEN = "xapp-1-app"  # noqa: S105 - as above
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105 - as above
SCOPES = (
    "chat:write,commands,users:read,usergroups:read,channels:read,groups:read,im:read,mpim:read,"
    "channels:history,groups:history,im:history,mpim:history"
)
_JSON_FIELDS = ("blocks", "view", "metadata")


@dataclass(frozen=True, slots=True)
class SeenCall:
    """One call of the Web API."""

    method: str
    arguments: Mapping[str, Any]
    team: str = ""


@dataclass(slots=True)
class SlackFault:
    """What happens to a call instead, or after it was done.

    `status` and `error` answer it; `done`: it is done before. `lost`: the connection breaks
    without an answer. `slow` waits until `released` is set, and sets `begun`; `well`:
    it is answered as ever then.
    """

    status: int = 200
    error: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    done: bool = False
    lost: bool = False
    text: str | None = None
    slow: bool = False
    well: bool = False
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)


class FakeSlack:
    """Slack on loopback. Use `FakeSlack.running()`.

    `middlewares` stand before it, and may do anything to requests and answers.
    """

    def __init__(
        self, seconds: Callable[[], float] = time.time, middlewares: Sequence[Middleware] = ()
    ) -> None:
        self.workspace = self.here = FakeWorkspace(seconds)
        """The first workspace, and that of the call which is being answered."""
        self.teams = {self.workspace.team: self.workspace}
        self.grants = Grants(self.teams, SCOPES)
        self.violations: list[str] = []
        self.calls: list[SeenCall] = []
        self.faults: dict[str, deque[SlackFault]] = {}
        self.limits: SlackLimits | None = None
        self.limits_of: dict[str, SlackLimits] = {}
        """Limits of single workspaces, where they have their own."""
        self.page_most = 1000
        self.scopes: str | None = SCOPES
        self.bot_token = BOT_TOKEN
        self.app_token = APP_TOKEN
        self.triggers_expire = False
        self.checked = True
        self.calls_at: str | None = None
        """The address at which it calls the app over HTTP, where it does not use lines."""
        self.calls_also: Sequence[str] = ()
        """Further ones, which each call reaches at the same moment."""
        self.sockets: list[web.WebSocketResponse] = []
        self.views: dict[str, dict[str, Any]] = {}
        self.homes: dict[str, dict[str, Any]] = {}
        self._called = asyncio.Condition()
        self.deliveries: dict[str, SlackDelivery] = {}
        self.by_trigger: dict[str, SlackDelivery] = {}
        self.used_triggers: set[str] = set()
        self._socket_opened = asyncio.Event()
        self._turn = itertools.count()
        self._numbers = itertools.count(1)
        application = web.Application(client_max_size=10**7, middlewares=middlewares)
        application.add_routes(
            [
                web.post("/api/{method}", self._api),
                web.get("/api/{method}", self._api),
                web.get("/link", self._link),
                web.get("/oauth/v2/authorize", self._consent),
                web.post("/respond/{number}", self._respond),
            ]
        )
        self._server = TestServer(application)

    @classmethod
    @asynccontextmanager
    async def running(
        cls, seconds: Callable[[], float] = time.time, middlewares: Sequence[Middleware] = ()
    ) -> AsyncIterator[FakeSlack]:
        """Serve for as long as the block lasts."""
        slack = cls(seconds, middlewares)
        await slack._server.start_server()
        try:
            yield slack
        finally:
            for socket in list(slack.sockets):
                await socket.close()
            await slack._server.close()

    @property
    def url(self) -> str:
        """The address of the Web API."""
        return str(self._server.make_url("/api/"))

    def environment(self, **more: str) -> dict[str, str]:
        """Return the settings of a bot that talks to this Slack by Socket Mode."""
        return {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": self.url,
            **more,
        }

    def credentials(self, site: str, listens: str) -> dict[str, str]:
        """Return the settings of a bot that workspaces install at its site, and that it calls."""
        self.calls_at = f"{site}/slack/events"
        return {
            "SLACK_CLIENT_ID": CLIENT_ID,
            "SLACK_CLIENT_SECRET": CLIENT_SECRET,
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": self.url,
            "AINEWS_HTTP": listens,
            "AINEWS_WEB_URL": site,
        }

    def team(self, team: str, name: str = "Elsewhere") -> FakeWorkspace:
        """Add a further workspace, which has not installed the app."""
        self.teams[team] = FakeWorkspace(self.workspace.seconds, team=team, name=name)
        return self.teams[team]

    def uninstall(self, team: str) -> None:
        """Remove the app from a workspace, without a word to it."""
        self.grants.end(team, "account_inactive")
        for channel in self.teams[team].channels.values():
            channel.joined = False

    def fail(self, method: str, *faults: SlackFault) -> None:
        """Let the next calls of a method go wrong, one after the other."""
        self.faults.setdefault(method, deque()).extend(faults)

    def called(self, method: str) -> list[Mapping[str, Any]]:
        """Return the arguments of every call of a method so far."""
        return [call.arguments for call in self.calls if call.method == method]

    def number(self) -> int:
        """Return a number that was not used yet."""
        return next(self._numbers)

    # what people do

    async def deliver(self, kind: str, payload: dict[str, Any]) -> SlackDelivery:
        """Send a delivery on one of the lines. Waits for one to be up."""
        delivery = SlackDelivery(self.number(), kind, payload)
        self.deliveries[delivery.envelope_id] = delivery
        trigger = payload.get("trigger_id")
        if trigger:
            self.by_trigger[trigger] = delivery
        if kind in {"slash_commands", "interactive"}:
            payload["response_url"] = str(self._server.make_url(f"/respond/{delivery.number}"))
            if payload.get("type") in {"view_submission", "block_suggestion", "shortcut"}:
                del payload["response_url"]
        await self.send(delivery)
        return delivery

    async def send(self, delivery: SlackDelivery) -> None:
        """Send a delivery, for the first time or again."""
        if self.calls_at is not None:
            addresses = (self.calls_at, *self.calls_also)
            calls = (calling.call(each, delivery.payload, SECRET) for each in addresses)
            for status, text in await asyncio.gather(*calls):
                if status == HTTPStatus.OK:
                    await self.acknowledge(delivery, json.loads(text or "{}"))
                else:
                    self.violations.append(f"{delivery.kind} was answered with {status}")
            return
        while not self.sockets:
            self._socket_opened.clear()
            await self._socket_opened.wait()
        socket = self.sockets[next(self._turn) % len(self.sockets)]
        await socket.send_json(delivery.envelope())

    async def lines(self, count: int) -> None:
        """Wait until so many lines are up."""
        while len(self.sockets) < count:
            self._socket_opened.clear()
            await self._socket_opened.wait()

    async def warn(self, socket: web.WebSocketResponse, reason: str = "warning") -> None:
        """Say that a line ends soon."""
        await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})

    async def drop(self, socket: web.WebSocketResponse) -> None:
        """End a line without a word."""
        self.sockets.remove(socket)
        transport = socket._req.transport if socket._req is not None else None
        if transport is not None:
            transport.abort()

    async def until(self, come_true: Callable[[], bool]) -> None:
        """Wait until calls of the Web API have made something true."""
        async with self._called:
            await self._called.wait_for(come_true)

    async def home(self, user: str, after: int = 0) -> dict[str, Any]:
        """Wait for the Home tab of somebody to be published more than `after` times."""
        await self.until(
            lambda: sum(one["user_id"] == user for one in self.called("views.publish")) > after
        )
        return self.homes[user]

    async def said(self, channel: str, count: int = 1, team: str = TEAM) -> list[dict[str, Any]]:
        """Wait until a channel has so many messages, and return them."""
        messages = self.teams[team].channels[channel].messages
        await self.until(lambda: len(messages) >= count)
        return messages

    # the Web API

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        fault = self.faults[method].popleft() if self.faults.get(method) else None
        if fault is not None and fault.slow:
            fault.begun.set()
            await fault.released.wait()
        if fault is not None and fault.well:
            fault = None
        if fault is not None and not fault.done:
            return await _faulty(request, fault)
        answer, status, headers = self._answer(method, request, arguments)
        async with self._called:
            self._called.notify_all()
        if fault is not None:
            return await _faulty(request, fault)
        return web.json_response(answer, status=status, headers=headers)

    def _answer(
        self, method: str, request: web.Request, arguments: dict[str, Any]
    ) -> tuple[dict[str, Any], int, dict[str, str]]:
        headers = {} if self.scopes is None else {"X-OAuth-Scopes": self.scopes}
        authorization = request.headers.get("Authorization", "")
        if method == "oauth.v2.access":
            self.calls.append(SeenCall(method, arguments))
            return self.grants.access(authorization, arguments), 200, headers
        token = authorization.removeprefix("Bearer ") or str(arguments.get("token", ""))
        if method == "apps.connections.open":
            team = self.workspace.team if token == self.app_token else None
        else:
            team = self.grants.tokens.get(token)
            if token == self.bot_token:
                team = self.workspace.team
        if team is None:
            refused = {"ok": False, "error": self.grants.closed.get(token, "invalid_auth")}
            return refused, 200, headers
        self.here = self.teams[team]
        limits = self.limits_of.get(team, self.limits)
        if limits is not None:
            delay = limits.refuse(method, str(arguments.get("channel", "")))
            if delay is not None:
                error = {"ok": False, "error": "ratelimited"}
                return error, 429, headers | {"Retry-After": str(delay)}
        self.calls.append(SeenCall(method, arguments, team))
        for name in required_arguments(method) - set(arguments):
            self.violations.append(f"{method} was called without {name}")
        handler = methods.METHODS.get(method)
        if handler is None:
            self.violations.append(f"{method} was called, which the fake does not know")
            return {"ok": False, "error": "unknown_method"}, 200, headers
        try:
            answer = {"ok": True} | handler(self, arguments)
        except methods.SlackRefusal as refusal:
            answer = {"ok": False, "error": refusal.error, **refusal.more}
        return answer, 200, headers

    async def _consent(self, request: web.Request) -> web.Response:
        """Ask a person at a browser, who picks a workspace or declines."""
        raise web.HTTPFound(self.grants.consent(request.query))

    def broken(self, problems: Iterator[str]) -> bool:
        """Note contract violations. Returns whether there were any."""
        if not self.checked:
            return False
        found = list(problems)
        self.violations += found
        return bool(found)

    # Socket Mode

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(timeout=0.2)
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json(
            {"type": "hello", "num_connections": len(self.sockets), "debug_info": {}}
        )
        self._socket_opened.set()
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self._acknowledged(json.loads(message.data))
        if socket in self.sockets:
            self.sockets.remove(socket)
        return socket

    async def _acknowledged(self, answer: Mapping[str, Any]) -> None:
        delivery = self.deliveries.get(str(answer.get("envelope_id")))
        if delivery is None:
            self.violations.append(f"nothing was sent that {answer} acknowledges")
            return
        await self.acknowledge(delivery, answer.get("payload") or {})

    async def acknowledge(self, delivery: SlackDelivery, payload: Mapping[str, Any]) -> None:
        """Take an acknowledgement, and check what it holds."""
        if payload.get("response_action") in {"update", "push"}:
            view = payload["view"]
            self.broken(rules.modal_violations(view))
            identifier = delivery.payload["view"]["id"]
            self.views[identifier] = {**view, "id": identifier}
        elif payload.get("response_action") == "errors":
            inputs = {one.get("block_id") for one in delivery.payload["view"]["blocks"]}
            for name in payload["errors"]:
                if name not in inputs:
                    self.violations.append(f"an error stands at {name}, which is no input")
        elif "options" in payload and len(payload["options"]) > 100:
            self.violations.append("more than 100 options were offered")
        await delivery.acknowledged(payload)

    # response_urls

    async def _respond(self, request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        delivery = next(one for one in self.deliveries.values() if one.number == number)
        if self.faults.get("response_url"):
            fault = self.faults["response_url"].popleft()
            async with self._called:
                self._called.notify_all()
            if fault.lost and request.transport is not None:
                request.transport.abort()
            if not fault.done:
                return web.Response(status=fault.status, text=fault.error, headers=fault.headers)
        payload = json.loads(await request.text())
        delivery.uses += 1
        if delivery.uses > 5:
            self.violations.append("a response_url was used more than five times")
            return web.Response(status=404, text="used_url")
        if self.broken(rules.message_violations(payload)):
            return web.Response(status=400, text="invalid_blocks")
        delivery.answers.put_nowait(payload)
        return web.Response(text="ok")


async def _arguments(request: web.Request) -> dict[str, Any]:
    """Return the arguments of a call, however they were sent."""
    arguments: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        arguments |= json.loads(await request.text() or "{}")
    else:
        arguments |= dict(parse_qsl(await request.text(), keep_blank_values=True))
    for name in _JSON_FIELDS:
        if isinstance(arguments.get(name), str):
            arguments[name] = json.loads(arguments[name])
    return arguments


async def _faulty(request: web.Request, fault: SlackFault) -> web.StreamResponse:
    if fault.lost and request.transport is not None:
        request.transport.abort()
        with contextlib.suppress(ConnectionError):
            await asyncio.sleep(0)
        return web.Response()
    if fault.text is not None:
        return web.Response(status=fault.status, text=fault.text, content_type="application/json")
    return web.json_response(
        {"ok": False, "error": fault.error}, status=fault.status, headers=fault.headers
    )
