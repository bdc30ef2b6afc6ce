"""Stands between one process and PostgreSQL, and cuts it off."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

_CHUNK = 1 << 16
_SOCKET = ".s.PGSQL.5432"


class Gate:
    """Passes bytes on while it is open. Use `open_gate`."""

    def __init__(self, upstream: Path) -> None:
        """`upstream` is the server's socket."""
        self.port = 0
        self.refused = 0
        self._upstream = upstream
        self._refuses = False
        self._passes = asyncio.Event()
        self._passes.set()
        self._ways: set[asyncio.Task[None]] = set()
        self._lines: set[asyncio.Task[None]] = set()

    def shut(self, *, silent: bool) -> None:
        """Let nothing through: break what is connected and refuse others, or swallow it all."""
        if silent:
            self._passes.clear()
            return
        self._refuses = True
        for way in self._ways:
            way.cancel()

    def open(self) -> None:
        """Let everything through again. What was swallowed still arrives, where it can."""
        self._refuses = False
        self._passes.set()

    async def accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection to its end."""
        if self._refuses:
            self.refused += 1
            writer.transport.abort()
            return
        line = asyncio.current_task()
        assert line is not None
        self._lines.add(line)
        there, back = await asyncio.open_unix_connection(str(self._upstream))
        ways = {
            asyncio.create_task(self._pass(reader, back)),
            asyncio.create_task(self._pass(there, writer)),
        }
        self._ways |= ways
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for each in ways:
            each.cancel()
        # What was written still arrives.
        back.close()
        writer.transport.abort()
        self._ways -= ways
        self._lines.discard(line)

    async def close(self) -> None:
        """End what is left."""
        for way in self._ways:
            way.cancel()
        await asyncio.gather(*self._lines)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while some := await reader.read(_CHUNK):
                await self._passes.wait()
                writer.write(some)
                await writer.drain()


@asynccontextmanager
async def open_gate(url: str) -> AsyncIterator[tuple[Gate, str]]:
    """Open a gate to a database whose server listens at a socket; yield it, and its address."""
    address = urlsplit(url)
    gate = Gate(Path(parse_qs(address.query)["host"][0]) / _SOCKET)
    server = await asyncio.start_server(gate.accepted, "127.0.0.1", 0)
    gate.port = server.sockets[0].getsockname()[1]
    try:
        yield gate, f"postgresql://postgres@127.0.0.1:{gate.port}{address.path}"
    finally:
        server.close()
        await gate.close()
