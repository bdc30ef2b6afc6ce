"""A web site on loopback that answers as a test says, also as no decent server would."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

Script = Callable[[asyncio.StreamWriter], Awaitable[None]]
"""Writes whatever it wants to the one who asked; the connection ends with it."""


@dataclass(frozen=True, slots=True)
class SiteAsked:
    """One request as it came. The names of `headers` are in small letters."""

    path: str
    headers: Mapping[str, str]


class FakeSite:
    """Answers 404 where nothing is set. `asked` are the requests in their order."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.host = host
        self.port = 0
        self.asked: list[SiteAsked] = []
        self.connections = 0
        self._answers: dict[str, bytes | Script] = {}
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Listen at a free port."""
        self._server = await asyncio.start_server(self._serve, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close every connection."""
        assert self._server is not None
        self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        await self._server.wait_closed()

    def url(self, path: str = "/", host: str = "") -> str:
        """Return the address of a path, under another name of the host where one is given."""
        return f"http://{host or self.host}:{self.port}{path}"

    def answers(self, path: str, body: bytes = b"", status: int = 200, **headers: str) -> None:
        """Set what a path answers. In the names of headers, `_` stands for `-`."""
        lines = [f"HTTP/1.1 {status} Status", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self._answers[path] = "\r\n".join([*lines, "", ""]).encode() + body

    def leads(self, path: str, to: str, status: int = 302, **headers: str) -> None:
        """Let a path lead on."""
        self.answers(path, b"", status, Location=to, **headers)

    def does(self, path: str, script: Script) -> None:
        """Let a script answer at a path."""
        self._answers[path] = script

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                while await self._answer(reader, writer):
                    pass
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request. Returns whether the connection stays open for the next."""
        begin, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines if line)
        path = begin.split()[1]
        self.asked.append(
            SiteAsked(path, {name.lower(): value.strip() for name, _, value in pairs})
        )
        answer = self._answers.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        if not isinstance(answer, bytes):
            await answer(writer)
            return False
        writer.write(answer)
        await writer.drain()
        return True
