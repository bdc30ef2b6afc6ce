"""Discord's REST API for what the bot says by itself: posts, and what they need.

discord.py answers interactions and keeps the gateway. For posts its own client will not do: it
sends a request again after an answer of 5xx, even one that makes a thread; it holds an answer
back until the bucket is full again; and it looks through all buckets for each new channel.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import discord

from adapters.discord.rest.pace import TIMER, BucketFull, Buckets, Refusals, RequestPacer, Timer
from adapters.discord.setup.settings import DiscordSettings

_log = logging.getLogger(__name__)

API = "https://discord.com/api/v10"
_AGENT = f"DiscordBot (https://github.com/Rapptz/discord.py {discord.__version__})"
"""As what we introduce ourselves, as Discord wants it from who uses discord.py."""

TIMEOUT = aiohttp.ClientTimeout(total=20.0, connect=8.0)
PATIENCE = 3.0
"""Seconds that a request waits for its bucket, where nothing else is said."""
_TRIES = 3
_REFUSED = frozenset({401, 403, 429})
_TOO_MANY = 429
_SERVER = 500
_NOT_THAT = "Discord's answer is not what was asked for"
_OK = range(200, 300)


class RestError(Exception):
    """A request did not succeed.

    RestError
    ├── Answered   Discord answered with an error
    ├── NotSent    it never reached Discord
    └── NoAnswer   it was sent, and no answer came that can be understood
    """


class Answered(RestError):
    """Discord answered with an error: an HTTP status and, mostly, a code of its own."""

    def __init__(
        self, status: int, code: int, message: str, after: float | None, *, json_body: bool
    ) -> None:
        """`after` is in seconds. Without `json_body` it was not the API that answered."""
        super().__init__(f"HTTP {status}, code {code}: {message}")
        self.status = status
        self.code = code
        self.after = after
        self.json_body = json_body
        self.by_server = status >= _SERVER
        """Whether it is Discord's own trouble, so that it may have done what was asked."""


class NotSent(RestError):
    """It never reached Discord. `after` is the least time to wait, in seconds, where known."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after


class NoAnswer(RestError):
    """It was sent, and no answer came that can be understood."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `path` has places for `values`; `major` names the one that divides buckets.

    `patience` is how many seconds it may wait for its bucket; longer, and the caller shall decide.
    """

    method: str
    path: str
    values: Mapping[str, str] = field(default_factory=dict)
    major: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    patience: float = PATIENCE

    @property
    def route(self) -> str:
        """What buckets know the request by."""
        return f"{self.method} {self.path}"

    @property
    def url_path(self) -> str:
        """The path with its places filled."""
        return self.path.format_map(self.values)


def channel_call(method: str, path: str, channel: str, body: Any = None, **values: str) -> Call:
    """Return a request about a channel; `path` begins after `/channels/{channel}`."""
    return Call(
        method,
        f"/channels/{{channel}}{path}",
        {"channel": channel, **values},
        major=channel,
        body=body,
    )


class Rest:
    """Sends requests at the pace that Discord allows."""

    def __init__(
        self,
        settings: DiscordSettings,
        ticker: Timer = TIMER,
        trace: aiohttp.TraceConfig | None = None,
    ) -> None:
        """`ticker` is the clock of pauses between requests."""
        self._base = settings.api_base or API
        self._headers = {
            "Authorization": f"Bot {settings.token}",
            "User-Agent": _AGENT,
            "Content-Type": "application/json",
        }
        self._pace = RequestPacer(settings.requests_per_second, ticker)
        self._sleep = ticker.sleep
        self._buckets = Buckets(ticker)
        self._refusals = Refusals(ticker)
        self._trace = [] if trace is None else [trace]
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Let go of all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def passed(self) -> None:
        """Count what discord.py asked by itself: Discord's limit is for the whole bot."""
        self._pace.passed()

    async def __call__(self, call: Call) -> Any:
        """Send a request and return what Discord answers, None where that is nothing.

        Raises RestError. Waits out what is a matter of seconds; a 429 was not acted upon, so it
        is sent again.
        """
        for tries_left in reversed(range(_TRIES)):
            try:
                return await self._once(call)
            except Answered as error:
                if error.status != _TOO_MANY or not tries_left:
                    raise
                if error.after is None or error.after > call.patience:
                    raise
                await self._sleep(error.after)
        raise AssertionError("the last try returns or raises")

    async def _once(self, call: Call) -> Any:
        stop = self._refusals.wait()
        if stop:
            raise NotSent("too many refusals: sending stopped before Discord bans us", stop)
        try:
            bucket = await self._buckets.enter(call.route, call.major, call.patience)
        except BucketFull as full:
            raise NotSent("the channel's rate limit is used up", full.after) from None
        headers: Mapping[str, str] = {}
        try:
            departure = await self._pace.turn()
            try:
                status, headers, text = await self._exchange(call)
            finally:
                self._pace.answered(departure)
            answer = _read(status, text)
            if isinstance(answer, Answered):
                self._note(answer, headers)
                if answer.status == _TOO_MANY and answer.after is not None:
                    self._buckets.exhaust(bucket, answer.after)
                raise answer
            return answer
        finally:
            self._buckets.leave(bucket, call.route, call.major, headers)

    def _note(self, error: Answered, headers: Mapping[str, str]) -> None:
        scope = headers.get("X-RateLimit-Scope")
        if error.status in _REFUSED and scope != "shared":
            self._refusals.add()
        if error.status == _TOO_MANY and error.after is not None:
            _log.warning("Discord asks to wait %.2f s (%s)", error.after, scope or "unknown scope")
            if scope == "global" or "X-RateLimit-Global" in headers:
                self._pace.hold(error.after)

    async def _exchange(self, call: Call) -> tuple[int, Mapping[str, str], str]:
        if self._session is None:
            # Requests wait for their turn, not for a connection.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                timeout=TIMEOUT,
                headers=self._headers,
                trace_configs=self._trace,
            )
        data = None
        if call.body is not None:
            data = json.dumps(call.body, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            async with self._session.request(
                call.method, self._base + call.url_path, params=call.query or None, data=data
            ) as response:
                return response.status, response.headers, await response.text()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(f"Discord cannot be reached ({error}).") from error
        except (aiohttp.ClientError, TimeoutError, OSError, UnicodeDecodeError) as error:
            raise NoAnswer(f"no answer from Discord: {type(error).__name__} {error}") from error


def having(answer: Any, *names: str) -> dict[str, Any]:
    """Return an answer that is an object with these fields. Raises NoAnswer for any other."""
    if isinstance(answer, dict) and all(name in answer for name in names):
        return answer
    raise NoAnswer(_NOT_THAT)


def listed(answer: Any) -> list[dict[str, Any]]:
    """Return an answer that is a list of objects. Raises NoAnswer for any other.

    An answer of another shape is no empty list: nothing is known then.
    """
    if isinstance(answer, list) and all(isinstance(one, dict) for one in answer):
        return answer
    raise NoAnswer(_NOT_THAT)


def _read(status: int, text: str) -> Any:
    """Return what an answer says; Answered for an error. Raises NoAnswer where it says nothing."""
    try:
        said = json.loads(text) if text else None
    except ValueError:
        said = text
    if status in _OK:
        if isinstance(said, str):
            raise NoAnswer("Discord's answer cannot be read")
        return said
    if not isinstance(said, dict):
        return Answered(status, 0, "no JSON in the answer", None, json_body=False)
    after = said.get("retry_after")
    return Answered(
        status,
        int(said.get("code") or 0),
        str(said.get("message", "")),
        float(after) if isinstance(after, int | float) else None,
        json_body=True,
    )
