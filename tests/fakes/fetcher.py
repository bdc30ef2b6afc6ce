"""A fetcher that knows some answers, and a web that holds nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from bot.port.fetch import Fetched, FetchError, Unreachable

NOTHING = "Nothing answers at this address."


class FakeFetcher:
    """Gives the answers of `web` by their addresses. `asked` are those that were asked for.

    While `open` is not set, no answer comes.
    """

    def __init__(self, web: Mapping[str, Fetched | FetchError] | None = None) -> None:
        self.web = dict(web or {})
        self.asked: list[str] = []
        self.open = asyncio.Event()
        self.open.set()
        self.closed = False

    def page(self, url: str, text: str, status: int = 200, kind: str = "text/html") -> None:
        """Put a document in UTF-8 at an address."""
        headers = {"Content-Type": f"{kind}; charset=utf-8"}
        self.web[url] = Fetched(url, status, headers, text.encode())

    async def fetch(
        self, url: str, *, headers: Mapping[str, str] | None = None, within: timedelta | None = None
    ) -> Fetched:
        """Answer with what stands at the address."""
        del headers, within
        self.asked.append(url)
        await self.open.wait()
        answer = self.web.get(url, Unreachable(NOTHING))
        if isinstance(answer, FetchError):
            raise answer
        return answer

    async def close(self) -> None:
        """Take note of the end."""
        self.closed = True
