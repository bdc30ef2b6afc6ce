"""Stands between the bot and a platform, and breaks connections after so many bytes."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import deque
from dataclasses import dataclass
from enum import Enum, auto

_CHUNK = 1 << 20
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_END_OF_HEAD = b"\r\n\r\n"


class Way(Enum):
    """Which way bytes go."""

    REQUEST = auto()
    ANSWER = auto()


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a connection breaks: when so many bytes of a message went this way.

    The share of all its bytes, from 0 to 1.
    """

    way: Way
    share: float


@dataclass(slots=True)
class _Line:
    """One connection of the bot's, and how its current request ends."""

    cut: Cut | None = None


class Proxy:
    """Passes everything on. Each request that fits `pattern` takes the next of `cuts`."""

    def __init__(self, pattern: bytes) -> None:
        """`pattern` is a regular expression for the first line of requests."""
        self.cuts: deque[Cut] = deque()
        self.made = 0
        self._pattern = re.compile(pattern)
        self._server: asyncio.Server | None = None
        self._upstream = 0
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """The port at which it listens."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def start(self, upstream: int) -> None:
        """Listen; pass on to this port."""
        self._upstream = upstream
        self._server = await asyncio.start_server(self._accepted, "127.0.0.1", 0, limit=_CHUNK)

    async def close(self) -> None:
        """Listen no more, and cut what is open."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        there, back = await asyncio.open_connection("127.0.0.1", self._upstream, limit=_CHUNK)
        line = _Line()
        try:
            requests = asyncio.create_task(self._requests(reader, back, line))
            answers = asyncio.create_task(self._answers(there, writer, line))
            # Who asks ends the connection; or it is cut, and then nobody is told.
            await asyncio.wait({requests, answers}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait({requests, answers}, timeout=0)
            for one in (requests, answers):
                one.cancel()
        finally:
            writer.transport.abort()
            # What was written still arrives.
            back.close()

    async def _requests(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: _Line
    ) -> None:
        with contextlib.suppress(ConnectionError):
            while message := await _message(reader):
                first, _, _ = message.partition(b"\r\n")
                line.cut = None
                if self.cuts and self._pattern.match(first):
                    line.cut = self.cuts.popleft()
                if line.cut is not None and line.cut.way is Way.REQUEST:
                    self.made += 1
                    writer.write(message[: _count(message, line.cut)])
                    await writer.drain()
                    return
                writer.write(message)
                await writer.drain()

    async def _answers(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: _Line
    ) -> None:
        with contextlib.suppress(ConnectionError):
            while message := await _message(reader):
                if line.cut is not None and line.cut.way is Way.ANSWER:
                    self.made += 1
                    writer.write(message[: _count(message, line.cut)])
                    await writer.drain()
                    return
                writer.write(message)
                await writer.drain()


def _count(message: bytes, cut: Cut) -> int:
    return round(len(message) * cut.share)


async def _message(reader: asyncio.StreamReader) -> bytes:
    """Return the next whole message of HTTP, empty where there is none."""
    try:
        head = await reader.readuntil(_END_OF_HEAD)
        found = _LENGTH.search(head)
        return head + (await reader.readexactly(int(found[1])) if found else b"")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""
