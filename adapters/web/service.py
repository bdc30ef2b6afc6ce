"""Answers browsers: the right page, or that nothing changed, and no more than is good for all."""

from __future__ import annotations

import asyncio
import logging
import math
import secrets
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from hashlib import blake2b

from adapters.web.addresses import PageAddress, PageKind, page_at
from adapters.web.cache import PageCache, SentPage
from adapters.web.drawing import Drawing
from adapters.web.feeds import TYPES, Feeds
from adapters.web.pages import ArchivePages, NoPage
from adapters.web.plugin import Networks
from adapters.web.sitemaps import site_file
from adapters.web.visitors import TokenBuckets, preferred_language, visitor_of
from bot.i18n.translator import LANGUAGES, N_, Translators
from bot.port.archive import Archive, ArchiveAway
from bot.port.clock import Clock
from bot.port.service import HttpRequest, HttpResponse, Route

_LOGGER = logging.getLogger(__name__)

_SEARCHES = 2
"""Searches that run at once: chat answers come first."""

_PATIENCE = 5.0
"""Seconds that a search waits for its turn."""

_HTML = "text/html; charset=utf-8"
_A_YEAR = "public, max-age=31536000, immutable"
_SECURITY: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

_PAGE: Mapping[str, str] = {
    **_SECURITY,
    "Content-Type": _HTML,
    "Cache-Control": "public, max-age=30, must-revalidate",
    "Vary": "Accept-Encoding",
}
_PASSING: Mapping[str, str] = {"Cache-Control": "no-store"}
"""Of an answer that may be another one the next time: caches keep a 404 or a 410 otherwise."""

_FEED: Mapping[str, str] = {**_PAGE, "Access-Control-Allow-Origin": "*"}

_TOO_OFTEN = N_("You search faster than we can keep up. Please wait {seconds} seconds.")
_BUSY = N_("Many people search just now. Please try again in a moment.")
_AWAY = N_("The archive cannot be read just now. Please try again in a minute.")
_BROKEN = N_("Something went wrong here. The operator finds it in the log as {reference}.")
_NOWHERE = N_("There is no such page.")


class WebService:
    """The archive on the app's HTTP listener."""

    def __init__(self, archive: Archive, clock: Clock, usual: str, proxies: Networks) -> None:
        """`usual` is the language of browsers that ask for none of ours."""
        self._archive = archive
        self._clock = clock
        self._usual = usual
        self._proxies = proxies
        self._translators = Translators(usual)
        self._drawing = Drawing()
        self._pages = ArchivePages(archive, self._drawing, self._translators)
        self._feeds = Feeds(archive, self._translators)
        self._cache = PageCache()
        self._making: dict[str, asyncio.Task[str]] = {}
        self._buckets = TokenBuckets()
        self._searches = asyncio.Semaphore(_SEARCHES)
        self._files = {
            self._drawing.style_path: ("text/css; charset=utf-8", SentPage.of(self._drawing.style)),
            self._drawing.icon_path: ("image/svg+xml", SentPage.of(self._drawing.icon)),
        }
        self.routes = (Route("GET", "/", self.answer), Route("GET", "/*", self.answer))

    async def answer(self, request: HttpRequest) -> HttpResponse:
        """Answer whatever is asked for below the site's root."""
        address = page_at(request.path, request.query)
        try:
            return await self._found(request, address)
        except NoPage as error:
            return self._refused(request, address, error)
        except ArchiveAway as error:
            _LOGGER.warning("the archive cannot be read: %s", error)
            return self._refused(request, address, NoPage(_AWAY, 503, 60))
        except Exception:
            reference = secrets.token_hex(4)
            _LOGGER.exception("no page at %s, reference %s", request.path, reference)
            # What is wrong may be the address itself.
            return self._refused(request, None, NoPage(_BROKEN, 500, reference=reference))

    async def _found(self, request: HttpRequest, address: PageAddress | None) -> HttpResponse:
        if (file := self._files.get(request.path)) is not None:
            kind, sent = file
            return _sent(request, sent, {"Content-Type": kind, "Cache-Control": _A_YEAR})
        if address is not None and address.language:
            return await self._page(request, address)
        if (made := await site_file(self._archive, request.path)) is not None:
            headers = {"Content-Type": made.kind, "Cache-Control": "public, max-age=3600"}
            return _sent(request, SentPage.of(made.text), headers)
        if address is None:
            raise NoPage(_NOWHERE)
        headers = {
            "Location": str(address.within(self._preferred(request))),
            "Vary": "Accept-Language",
            "Cache-Control": "no-cache",
            **_SECURITY,
        }
        return HttpResponse(302, headers=headers)

    def _refused(
        self, request: HttpRequest, address: PageAddress | None, why: NoPage
    ) -> HttpResponse:
        """Answer with one sentence, as a page."""
        first = request.path[1:3]
        language = first if first in LANGUAGES else self._preferred(request)
        page = address if address is not None and address.form is None else None
        said = self._translators.of(language).gettext(why.sentence, **why.values)
        headers = {**_PASSING, "Retry-After": str(why.after)} if why.after else _PASSING
        body = SentPage.of(self._pages.message(language, said, page))
        return _sent(request, body, headers, why.status)

    def _preferred(self, request: HttpRequest) -> str:
        return preferred_language(request.headers, LANGUAGES, self._usual)

    async def _page(self, request: HttpRequest, address: PageAddress) -> HttpResponse:
        version = await self._archive.version()
        today = self._clock().date() if address.kind is PageKind.SEARCH else None
        kept = self._cache.get(version, (address, today))
        name = self._name(address, version, today) if kept is None else kept.name
        headers = _PAGE if address.form is None else {**_FEED, "Content-Type": TYPES[address.form]}
        known = request.headers.get("If-None-Match", "")
        if f'"{name}' in known:
            tag = f'"{name}-gz"' if f'"{name}-gz"' in known else f'"{name}"'
            return HttpResponse(304, headers={**headers, "ETag": tag})
        if kept is None:
            kept = SentPage.of(await self._made(request, address, name), name)
            self._cache.put(version, (address, today), kept)
        return _sent(request, kept, headers)

    def _name(self, address: PageAddress, version: int, today: date | None) -> str:
        """Return what is another text where a page may be another one."""
        archive = self._archive
        told = f"{archive.url} {archive.credited} {archive.invitations}"
        what = f"{self._drawing.version} {told} {version} {address} {today}"
        return blake2b(what.encode(), digest_size=12).hexdigest()

    async def _made(self, request: HttpRequest, address: PageAddress, key: str) -> str:
        """Make a page once, however many wait for it. Raises NoPage, ArchiveAway."""
        if (making := self._making.get(key)) is None:
            if address.kind is PageKind.SEARCH and address["q"]:
                visitor = visitor_of(request, self._proxies)
                wait = self._buckets.wait(visitor, self._clock().timestamp())
                if wait:
                    seconds = math.ceil(wait)
                    raise NoPage(_TOO_OFTEN, 429, seconds, seconds=seconds)
                making = asyncio.create_task(self._searched(address))
            else:
                making = asyncio.create_task(self._draw(address))
            self._making[key] = making
            making.add_done_callback(lambda done: self._finished(key, done))
        return await asyncio.shield(making)

    async def _draw(self, address: PageAddress) -> str:
        maker = self._pages if address.form is None else self._feeds
        return await maker.draw(address)

    def _finished(self, key: str, making: asyncio.Task[str]) -> None:
        del self._making[key]
        if not making.cancelled():
            making.exception()  # whoever waited for it may be gone

    async def _searched(self, address: PageAddress) -> str:
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._searches.acquire()
        except TimeoutError:
            raise NoPage(_BUSY, 503, 10) from None
        try:
            return await self._draw(address)
        finally:
            self._searches.release()


def _sent(
    request: HttpRequest, page: SentPage, headers: Mapping[str, str], status: int = 200
) -> HttpResponse:
    """Send a page, packed where the browser takes that. It is then another one to caches."""
    packed = page.packed and _takes_gzip(request.headers.get("Accept-Encoding", ""))
    said = {"Content-Type": _HTML, **_SECURITY, **headers}
    if page.name:
        said["ETag"] = f'"{page.name}-gz"' if packed else f'"{page.name}"'
    if packed:
        said |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return HttpResponse(status, page.packed if packed else page.body, said)


@lru_cache(64)
def _takes_gzip(accepted: str) -> bool:
    for each in accepted.split(","):
        name, _, weight = each.partition(";")
        if name.strip().casefold() in {"gzip", "*"}:
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
