"""Discord calls the bot: interactions are signed requests to the address that was entered."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import aiohttp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PATH = "/discord/interactions"

_PARTIAL = frozenset(
    {
        "id",
        "name",
        "type",
        "permissions",
        "last_message_id",
        "nsfw",
        "parent_id",
        "guild_id",
        "flags",
        "rate_limit_per_user",
        "topic",
        "position",
        "thread_metadata",
        "recipients",
    }
)
"""What Discord's documentation says that it sends of a channel."""


class CallingDiscord:
    """The side of Discord that calls. `urls` are the processes behind a balancer, asked in turn.

    Without any, interactions go by the gateway. Each call goes out so many `times`, all at once.
    """

    def __init__(self, seconds: Callable[[], float] = time.time) -> None:
        self._key = Ed25519PrivateKey.generate()
        self._seconds = seconds
        self._turn = itertools.count()
        self._session: aiohttp.ClientSession | None = None
        self.public_key = self._key.public_key().public_bytes_raw().hex()
        self.urls: list[str] = []
        self.times = 1
        self.refused: list[int] = []
        self.calls: list[bytes] = []

    async def close(self) -> None:
        """Hang up."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def signed(self, body: bytes, age: float = 0.0) -> dict[str, str]:
        """Return the headers of a call that was signed so many seconds ago."""
        moment = str(int(self._seconds() - age))
        return {
            "Content-Type": "application/json",
            "User-Agent": "Discord-Interactions/1.0 (+https://discord.com)",
            "X-Signature-Ed25519": self._key.sign(moment.encode() + body).hex(),
            "X-Signature-Timestamp": moment,
        }

    async def call(self, payload: Mapping[str, Any], answered: Callable[[], bool]) -> int:
        """Send an interaction to the process whose turn it is; return how the call ended.

        A process that ends once it has answered may cut it off.
        """
        channel = payload["channel"]
        partial = {name: value for name, value in channel.items() if name in _PARTIAL}
        body = json.dumps({**payload, "channel": partial}).encode()
        self.calls.append(body)
        status, *_ = await asyncio.gather(*(self._balanced(body) for _ in range(self.times)))
        if status != 202 and not (status == 502 and answered()):
            self.refused.append(status)
        return status

    async def _balanced(self, body: bytes) -> int:
        """Send as a balancer does: where a process is gone, to the next."""
        headers = self.signed(body)
        for _ in self.urls:
            url = self.urls[next(self._turn) % len(self.urls)]
            try:
                status, _said = await self.send(url, body, headers)
            except aiohttp.ClientConnectionError:
                continue
            return status
        return 502

    async def ping(self, url: str) -> tuple[int, bytes]:
        """Ask as when the address is entered."""
        body = b'{"application_id":"1","id":"2","token":"t","type":1,"version":1}'
        return await self.send(url, body, self.signed(body))

    async def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Send whatever it is; return how it was answered."""
        if self._session is None:
            self._session = aiohttp.ClientSession()
        async with self._session.post(url, data=BytesIO(body), headers=headers) as response:
            return response.status, await response.read()
