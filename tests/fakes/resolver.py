"""A resolver of names that answers as a test says."""

from __future__ import annotations

import socket
from collections import deque

from aiohttp.abc import AbstractResolver, ResolveResult


class FakeResolver(AbstractResolver):
    """`names` has the answers to one name after the other; the last stays."""

    def __init__(self, **names: list[list[str]]) -> None:
        """In names, `_` stands for a dot."""
        self._names = {name.replace("_", "."): deque(given) for name, given in names.items()}
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the next answer. Raises OSError for a name that is not known."""
        del family
        self.asked.append(host)
        answers = self._names.get(host.removesuffix("."))
        if answers is None:
            raise OSError(socket.EAI_NONAME, "unknown")
        addresses = answers[0] if len(answers) == 1 else answers.popleft()
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        """Nothing is open."""
