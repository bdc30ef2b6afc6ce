"""Asks one OpenAI-compatible endpoint: hosted, Ollama, llama.cpp, vLLM.

Its address is the operator's own, often on this machine or in the private network: so it is not
fetched as addresses from outside are. What an endpoint refuses of a request it is not sent again:
they differ in how an answer's shape is asked for, in the name of its bound, in the temperature.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from adapters.llm.answers import draft_of
from adapters.llm.plugin import ModelSettings
from adapters.llm.prompt import SCHEMA, TOKENS_OUT, messages
from bot.i18n.translator import N_
from bot.port.clock import Clock
from bot.port.text import one_line, shorten
from bot.port.writer import (
    MOST_TOKENS,
    Draft,
    WriterError,
    WriterLater,
    WriterRefused,
    WriterStopped,
    WriterTask,
)

LARGEST = 1_000_000
"""Bytes of an answer; a draft has some thousand."""

LONGEST = 600.0
"""Seconds that an answer may take in all: an endpoint may load its model first."""

_CONNECT = 10.0
_TRIES = 6
"""Requests for one draft: as many as there are things to learn of an endpoint, and one more."""

_SHAPES: tuple[Mapping[str, Any] | None, ...] = (
    {"type": "json_schema", "json_schema": {"name": "draft", "strict": True, "schema": SCHEMA}},
    {"type": "json_object"},
    None,
)
"""How the answer's shape is asked for, the surest first."""

_BOUNDS = ("max_tokens", "max_completion_tokens")

_OK = 200
_REFUSED = {400, 404, 405, 415, 422, 501}
_STOPPING = {401, 402, 403}
_ELSEWHERE = {301, 302, 303, 307, 308, 404, 405}
_TOO_MANY = 429
_BAD_GATEWAY = 502
_QUOTA = re.compile(
    r"insufficient_quota|billing|exceeded your current quota|credit balance", re.IGNORECASE
)
_SECOND = timedelta(seconds=1)
_MILLISECOND = timedelta(milliseconds=1)
_COUNT = re.compile(r"\d{1,9}(?:\.\d{1,9})?")
_SPAN = re.compile(
    r"(?:(\d{1,6})h)?(?:(\d{1,6})m(?!s))?(?:(\d{1,6}(?:\.\d+)?)s)?(?:(\d{1,9}(?:\.\d+)?)ms)?"
)
_AGAIN_IN = re.compile(r"(?:try again|retry) in (\d{1,9}(?:\.\d+)?) ?(ms|s)\b", re.IGNORECASE)
_LONGEST_DELAY = timedelta(days=1)
_SAID = 200

_KEY = N_("The model's endpoint refuses the key: {words}")
_SPENT = N_("The quota of the model's endpoint is used up: {words}")
_UNKNOWN = N_("The model's endpoint does not know “{model}”, or is at another address: {words}")
_BUSY = N_("The model's endpoint asks for patience.")
_AWAY = N_("The model's endpoint cannot be reached ({words}).")
_SLOW = N_("The model did not answer in time.")
_FAILED = N_("The model's endpoint failed (HTTP {status}).")
_NOT_TAKEN = N_("The model's endpoint refuses the request: {words}")
_LARGE = N_("The model's endpoint answered with more than a draft can be.")


class LlmWriter:
    """Drafts by one model, one call at a time. What it learns of its endpoint lasts."""

    def __init__(self, settings: ModelSettings, clock: Clock, *, longest: float = LONGEST) -> None:
        """`longest` is how many seconds an answer may take."""
        self.name = settings.model
        self._settings = settings
        self._clock = clock
        self._longest = longest
        self._session: aiohttp.ClientSession | None = None
        self._turn = asyncio.Lock()
        self._shape = 0
        self._bound = 0
        self._temperature = True

    async def draft(self, task: WriterTask) -> Draft:
        """Return a draft. Raises WriterError."""
        said = messages(task)
        asked = "\n".join(one["content"] for one in said)
        known = self._shape, self._bound, self._temperature
        async with self._turn:
            for _ in range(_TRIES):
                status, headers, text = await self._post(self._body(said))
                if status == _OK:
                    return draft_of(_parsed(text), self.name, asked, said[0]["content"])
                if status not in _REFUSED or not self._learned(text):
                    # It is this text that is refused, and not how it was asked for.
                    self._shape, self._bound, self._temperature = known
                    raise self._error(status, headers, text)
        raise WriterRefused(_NOT_TAKEN, words=self._words(text))

    async def close(self) -> None:
        """Let go of connections."""
        if self._session is not None:
            await self._session.close()

    def _body(self, said: list[dict[str, str]]) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.name,
            "messages": said,
            "stream": False,
            _BOUNDS[self._bound]: TOKENS_OUT,
        }
        if self._temperature:
            body["temperature"] = 0
        if _SHAPES[self._shape] is not None:
            body["response_format"] = _SHAPES[self._shape]
        return body

    async def _post(self, body: Mapping[str, Any]) -> tuple[int, Mapping[str, str], str]:
        """Return status, headers and text of an answer. Raises WriterError."""
        if self._session is None:
            key = self._settings.key
            self._session = aiohttp.ClientSession(
                headers={"Authorization": f"Bearer {key}"} if key else None,
                timeout=aiohttp.ClientTimeout(total=self._longest, connect=_CONNECT),
            )
        try:
            # An endpoint that leads elsewhere would be handed the key.
            async with self._session.post(
                self._settings.url, json=body, allow_redirects=False
            ) as response:
                text = await _read(response)
                return _status(response.status, text), response.headers, text
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise WriterLater(_AWAY, words=self._words(str(error))) from error
        except TimeoutError:
            raise WriterLater(_SLOW, tokens=MOST_TOKENS) from None
        except (aiohttp.ClientError, OSError) as error:
            words = self._words(str(error))
            raise WriterLater(_AWAY, tokens=MOST_TOKENS, words=words) from error

    def _learned(self, text: str) -> bool:
        """Ask otherwise from now on, by what an endpoint refused. False: nothing is left to try."""
        said = text.casefold()
        if "temperature" in said and self._temperature:
            self._temperature = False
        elif not self._bound and any(name in said for name in _BOUNDS):
            self._bound = 1
        elif self._shape + 1 < len(_SHAPES) and not _names_the_model(said):
            self._shape += 1
        else:
            return False
        return True

    def _error(self, status: int, headers: Mapping[str, str], text: str) -> WriterError:
        words = self._words(headers.get("Location", text))
        if _QUOTA.search(text) and status in {*_STOPPING, _TOO_MANY, 400}:
            return WriterStopped(_SPENT, words=words)
        if status in _STOPPING:
            return WriterStopped(_KEY, words=words)
        if status == _TOO_MANY:
            return WriterLater(_BUSY, _delay(headers, text, self._clock()))
        if status in _ELSEWHERE or _names_the_model(text.casefold()):
            return WriterStopped(_UNKNOWN, model=self.name, words=words)
        if status in _REFUSED:
            return WriterRefused(_NOT_TAKEN, words=words)
        return WriterLater(_FAILED, _delay(headers, text, self._clock()), status=status)

    def _words(self, text: str) -> str:
        """Return what an endpoint says was wrong, on a line, without the key."""
        said = _parsed(text)
        for name in ("error", "message", "detail"):
            said = said.get(name, said) if isinstance(said, Mapping) else said
        line = one_line(said if isinstance(said, str) else text)
        if self._settings.key:
            line = line.replace(self._settings.key, "…")
        return shorten(line, _SAID)


async def _read(response: aiohttp.ClientResponse) -> str:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > LARGEST:
            raise WriterRefused(_LARGE, tokens=MOST_TOKENS)
    return body.decode(errors="replace")


def _parsed(text: str) -> Any:
    """Return what a text of JSON says, None for any other."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _status(status: int, text: str) -> int:
    """Return an answer's status: some gateways say 200, and that of the model's host within."""
    said = _parsed(text) if status == _OK else None
    error = said.get("error") if isinstance(said, Mapping) and not said.get("choices") else None
    if not error:
        return status
    code = error.get("code") if isinstance(error, Mapping) else None
    return code if isinstance(code, int) and code in range(400, 600) else _BAD_GATEWAY


def _names_the_model(said: str) -> bool:
    return "model" in said and any(
        word in said for word in ("not found", "not exist", "does not exist", "unknown model")
    )


def _delay(headers: Mapping[str, str], text: str, now: datetime) -> timedelta | None:
    """Return how long an endpoint wants to be left alone, in any of the ways in which they say."""
    found = _said_delay(headers, text, now)
    return None if found is None else min(max(found, timedelta(seconds=1)), _LONGEST_DELAY)


def _said_delay(headers: Mapping[str, str], text: str, now: datetime) -> timedelta | None:
    after = headers.get("Retry-After", "")
    for value, unit in ((headers.get("retry-after-ms", ""), _MILLISECOND), (after, _SECOND)):
        if _COUNT.fullmatch(value):
            return float(value) * unit
    with suppress(ValueError):
        then = parsedate_to_datetime(after)
        return (then if then.tzinfo else then.replace(tzinfo=UTC)) - now
    reset = _SPAN.fullmatch(headers.get("x-ratelimit-reset-requests", ""))
    if reset is not None and any(reset.groups()):
        units = (timedelta(hours=1), timedelta(minutes=1), _SECOND, _MILLISECOND)
        return sum(
            (float(count or 0) * unit for count, unit in zip(reset.groups(), units, strict=True)),
            timedelta(),
        )
    again = _AGAIN_IN.search(text)
    if again is None:
        return None
    return float(again[1]) * (_MILLISECOND if again[2].casefold() == "ms" else _SECOND)
