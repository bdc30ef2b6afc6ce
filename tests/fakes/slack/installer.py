"""Somebody with a browser, who adds the app to a workspace of theirs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from yarl import URL


@dataclass(slots=True)
class Installer:
    """A browser. `cookie` is what the site gave it; a real one sends it back as this does."""

    site: str
    session: aiohttp.ClientSession
    cookie: str = ""

    @classmethod
    @asynccontextmanager
    async def at(cls, site: str) -> AsyncIterator[Installer]:
        """Open a browser."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            yield cls(site, session)

    async def begin(self) -> str:
        """Follow “Add to Slack”. Returns where the site sends the browser."""
        async with self.session.get(f"{self.site}/slack/install", allow_redirects=False) as answer:
            assert answer.status == 302
            self.cookie = answer.headers["Set-Cookie"].partition(";")[0]
            return answer.headers["Location"]

    async def decide(self, consent: str, team: str | None) -> str:
        """Pick a workspace on Slack's page, or decline. Returns where Slack sends the browser."""
        page = URL(consent, encoded=True).update_query({"picked": team} if team else {})
        async with self.session.get(page, allow_redirects=False) as answer:
            return answer.headers["Location"]

    async def come_back(self, address: str) -> tuple[int, str]:
        """Come back to the site. Returns the status and the page."""
        headers = {"Cookie": self.cookie} if self.cookie else {}
        async with self.session.get(address, headers=headers) as answer:
            page = await answer.text()
            assert "<script" not in page
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            return answer.status, page

    async def install(self, team: str | None) -> tuple[int, str]:
        """Go all the way. Returns the status and the page at its end."""
        return await self.come_back(await self.decide(await self.begin(), team))
