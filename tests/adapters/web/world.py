"""The archive's service over an archive in memory, and whoever asks it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from justhtml import JustHTML

from adapters.web.plugin import Networks
from adapters.web.service import WebService
from bot.port.service import HttpRequest, HttpResponse
from store.model import Link, PublishedDate
from tests.fakes.archive import FakeArchive, archived
from tests.fakes.clock import FakeClock


class WebSite:
    """A service over an archive in memory, and whoever asks it."""

    def __init__(self, archive: FakeArchive, proxies: Networks = ()) -> None:
        self.archive = archive
        self.clock = FakeClock()
        self.service = WebService(archive, self.clock, "en", proxies)

    async def get(
        self, address: str, headers: Mapping[str, str] | None = None, peer: str = "192.0.2.1"
    ) -> HttpResponse:
        path, _, query = address.partition("?")
        request = HttpRequest("GET", unquote(path), query, headers or {}, b"", peer)
        return await self.service.answer(request)

    async def page(self, address: str, status: int = 200) -> JustHTML:
        """Return a page, which must be right to the letter."""
        answer = await self.get(address)
        assert answer.status == status
        assert len(answer.body) <= 20_000
        return JustHTML(answer.body.decode(), strict=True, sanitize=False)


def texts(page: JustHTML, selector: str) -> list[str]:
    return [str(each.to_text()) for each in page.query(selector)]


def links(page: JustHTML, selector: str = "a") -> list[str]:
    return [str(attributes(each).get("href", "")) for each in page.query(selector)]


def attributes(element: Any) -> dict[str, str | None]:
    """Return the attributes of an element of a page."""
    return dict(element.attrs or {})


def news() -> FakeArchive:
    """Three days of news."""
    return FakeArchive(
        archived(1, "한국어 모델 공개", language="ko", tags=("llm", "C#/F")),
        archived(2, "Second", links=(Link("https://code.example/x", "Code"),)),
        archived(3, "Yesterday", published=PublishedDate(2026, 11, 25), credit="Ann"),
        archived(4, "Some day", published=PublishedDate(2026, 11), url=None, sources=()),
    )
