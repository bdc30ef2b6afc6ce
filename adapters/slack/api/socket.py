"""Socket Mode: lines on which Slack delivers, without a public address.

Two lines are kept up, so that one can drop without a delivery being lost. Slack warns before it
ends a line; the next one is open before the warned one is left, which is read until Slack closes
it. (The client of slack_sdk closes its one line first, and drops what comes meanwhile.) A
delivery is acknowledged on the line that it came on or, where that broke, on another.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from adapters.slack.api.errors import SignedOut
from bot.i18n.translator import N_
from bot.port.platform import Permanent, PlatformError

Envelope = Mapping[str, Any]

LINES = 2
"""Lines kept up at a time. Slack allows ten."""

_log = logging.getLogger(__name__)

_PAUSES = (0.0, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds before a line is opened again, by how many attempts failed."""

_CROWDED = 300.0
"""Seconds before a line is opened again where Slack counts too many of the app: ten, of all
processes and of all who use its token. A further one at once would only push another out."""

_HEARTBEAT = 10.0
"""Seconds between pings; a line that does not answer within half of it is dead."""

_CLOSING = 0.1
"""Seconds that Slack may take to say goodbye."""

_SHORT = 5.0
"""Seconds that a line lasts at least when all is well."""

_LINGER = 60.0
"""Seconds after a warning until a line is left, should Slack not close it."""


class TooManyLines(Exception):
    """Slack ends a line because the app has too many."""


@dataclass(slots=True)
class Lines:
    """The lines that are up.

    `open_url` asks Slack for the address of a new line. `deliver` handles a delivery and returns
    its acknowledgement, None where it could not be handled and should come again. `ended` is told
    when there will be no more lines, and why.
    """

    session: aiohttp.ClientSession
    open_url: Callable[[], Awaitable[str]]
    deliver: Callable[[Envelope], Awaitable[Mapping[str, Any] | None]]
    ended: Callable[[Permanent], None]
    sleep: Callable[[float], Awaitable[None]]
    _open: list[aiohttp.ClientWebSocketResponse] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _up: asyncio.Event = field(default_factory=asyncio.Event)
    _closing: bool = False

    @property
    def up(self) -> bool:
        """Whether a line is open."""
        return bool(self._open)

    def start(self) -> None:
        """Keep lines up from now on; where that is so already, nothing changes."""
        if not self._tasks:
            self._closing = False
            for _ in range(LINES):
                self._begin(self._keep())

    async def connected(self) -> None:
        """Wait until a line is up for the first time."""
        await self._up.wait()

    async def close(self) -> None:
        """Hang up."""
        self._closing = True
        sockets = list(self._open)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(socket.close() for socket in sockets), return_exceptions=True)

    async def _keep(self, failures: int = 0) -> None:
        """Keep one line up, until another takes its place."""
        pause = 0.0
        while not self._closing:
            await self.sleep(max(pause, _PAUSES[min(failures, len(_PAUSES) - 1)]))
            pause = 0.0
            try:
                socket = await self._connect()
            except (SignedOut, Permanent) as error:
                self.ended(_ending(error))
                return
            except (TimeoutError, PlatformError, aiohttp.ClientError, OSError) as error:
                failures += 1
                _log.warning("a line to Slack could not be opened: %s", error)
                continue
            self._open.append(socket)
            opened = asyncio.get_running_loop().time()
            try:
                if await self._read(socket, failures):
                    return
            except TooManyLines:
                _log.warning("Slack counts too many lines of this app: one less for %d s", _CROWDED)
                await socket.close()
                pause = _CROWDED
            finally:
                self._open.remove(socket)
            failures = self._failures(opened, failures)

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        url = await self.open_url()
        return await self.session.ws_connect(
            url, heartbeat=_HEARTBEAT, timeout=aiohttp.ClientWSTimeout(ws_close=_CLOSING)
        )

    async def _read(self, socket: aiohttp.ClientWebSocketResponse, failures: int) -> bool:
        """Read a line until it ends. Returns whether another took its place.

        Raises TooManyLines where none may.
        """
        loop = asyncio.get_running_loop()
        opened, replaced = loop.time(), False
        try:
            async with asyncio.timeout(None) as limit:
                async for message in _messages(socket):
                    match message.get("type"):
                        case "hello":
                            self._up.set()
                        case "disconnect":
                            self._warned(str(message.get("reason")), replaced=replaced)
                            if not replaced:
                                replaced = True
                                limit.reschedule(loop.time() + _LINGER)
                                self._begin(self._keep(self._failures(opened, failures)))
                        case _:
                            self._begin(self._handle(socket, message))
        except TimeoutError:
            await socket.close()
        return replaced

    def _warned(self, reason: str, *, replaced: bool) -> None:
        _log.info("Slack ends a line soon: %s", reason)
        if reason == "too_many_websockets" and not replaced:
            raise TooManyLines
        if reason == "link_disabled":
            self.ended(_SWITCHED_OFF)

    @staticmethod
    def _failures(opened: float, failures: int) -> int:
        """Return how many attempts failed, where a line that soon ended is one of them."""
        lived = asyncio.get_running_loop().time() - opened
        return failures + 1 if lived < _SHORT else 0

    async def _handle(self, socket: aiohttp.ClientWebSocketResponse, envelope: Envelope) -> None:
        identifier = envelope.get("envelope_id")
        if not identifier:
            return
        payload = await self.deliver(envelope)
        if payload is None:
            return
        answer: dict[str, Any] = {"envelope_id": identifier}
        if payload:
            answer["payload"] = payload
        text = json.dumps(answer, ensure_ascii=False)
        for line in (socket, *(other for other in self._open if other is not socket)):
            if line.closed:
                continue
            try:
                await line.send_str(text)
            except (ConnectionError, aiohttp.ClientError):
                continue
            return
        _log.warning("a delivery of Slack could not be acknowledged: no line is up")

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


_SWITCHED_OFF = Permanent(
    N_("Socket Mode is switched off for the Slack app."),
    N_("Switch it on in the app's settings, under “Socket Mode”."),
)


def _ending(error: PlatformError) -> Permanent:
    if isinstance(error, Permanent):
        return error
    return Permanent(
        N_("Slack no longer accepts the app-level token."),
        N_("Make a new one with the scope connections:write, and set SLACK_APP_TOKEN."),
    )


async def _messages(socket: aiohttp.ClientWebSocketResponse) -> Any:
    """Yield what comes in on a line, until it ends."""
    async for message in socket:
        if message.type is not aiohttp.WSMsgType.TEXT:
            continue
        try:
            content = json.loads(message.data)
        except ValueError:
            _log.warning("Slack sent something that is not JSON")
            continue
        if isinstance(content, dict):
            yield content
