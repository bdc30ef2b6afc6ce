"""Pages asked through the fetcher and read in a thread of their own, within a time."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from functools import partial
from urllib.parse import SplitResult

from adapters.documents.challenges import is_challenge
from adapters.documents.encoding import decode
from adapters.documents.reading import ReadingThread
from adapters.pages.document import read_document
from adapters.pages.facts import facts_of, split
from adapters.pages.sites import site_of
from bot.i18n.translator import N_
from bot.port.clock import Clock
from bot.port.fetch import Fetched, Fetcher, FetchError
from bot.port.page import PageFacts, PageUnread

_ACCEPT = {"Accept": "text/html, application/xhtml+xml, application/json;q=0.8, */*;q=0.1"}
_OK = range(200, 300)
_ABSENT = frozenset({404, 410})
_PAGES = ("text/", "application/xhtml+xml", "application/xml")
_GATES = frozenset({"accounts", "auth", "consent", "login", "signin", "sso"})
"""First words of hosts where people sign in or agree to something before they see a page."""

_SLOW = N_("The page did not arrive in time.")
_MISSING = N_("There is no page at this address ({status}).")
_CLOSED = N_("The site did not show the page ({status}).")
_NO_PAGE = N_("It is not a web page ({kind}).")
_FRONT = N_("The address leads to the front page of {site}.")
_GATE = N_("The site asks to sign in or to agree to something first.")
_PERSON = N_("The site wanted proof of a human visitor.")
_SILENT = N_("The page does not describe itself.")


class WebPageReader:
    """Reads pages by their tags, and those of some sites by what the site itself answers."""

    def __init__(self, fetcher: Fetcher, clock: Clock) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._thread = ReadingThread("pages")

    async def read(self, url: str, within: timedelta) -> PageFacts:
        """Return what a page says of itself. Raises PageUnread, also where it takes longer."""
        try:
            async with asyncio.timeout(within.total_seconds()):
                return await self._site(url, within) or await self._page(url, within)
        except TimeoutError:
            raise PageUnread(_SLOW) from None
        except FetchError as error:
            raise PageUnread(error.reason, **error.values) from None

    async def close(self) -> None:
        """Let go of the thread."""
        await self._thread.close()

    async def _site(self, url: str, within: timedelta) -> PageFacts | None:
        """Return what the page's site answers, where it is one that we know to."""
        found = site_of(url)
        if found is None:
            return None
        site, address = found
        try:
            fetched = await self._fetcher.fetch(address, headers=_ACCEPT, within=within)
        except FetchError:
            return None
        if fetched.status not in _OK:
            return None
        today = self._clock().date()
        return await self._thread.run(lambda: site.read(_text(fetched), url, today))

    async def _page(self, url: str, within: timedelta) -> PageFacts:
        fetched = await self._fetcher.fetch(url, headers=_ACCEPT, within=within)
        _refuse_other(fetched, url)
        return await self._thread.run(partial(_facts, fetched, self._clock().date()))


def _facts(fetched: Fetched, today: date) -> PageFacts:
    """Return what an answer says, in the worker's thread. Raises PageUnread."""
    text = _text(fetched)
    page = read_document(text)
    # The form for comments below a story may ask for a person too.
    if not page.meta.get("og:title") and not page.nodes and is_challenge(text):
        raise PageUnread(_PERSON)
    facts = facts_of(page, fetched.url, today)
    if facts.title is None:
        raise PageUnread(_SILENT)
    return facts


def _text(fetched: Fetched) -> str:
    return decode(fetched.body, fetched.headers.get("Content-Type", ""))


def _refuse_other(fetched: Fetched, url: str) -> None:
    """Raise PageUnread where the answer cannot be the page that was asked for."""
    if fetched.status in _ABSENT:
        raise PageUnread(_MISSING, status=fetched.status)
    if fetched.status not in _OK:
        raise PageUnread(_CLOSED, status=fetched.status)
    kind = fetched.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind and not kind.startswith(_PAGES):
        raise PageUnread(_NO_PAGE, kind=kind[:40])
    asked, came = split(url), split(fetched.url)
    same = _bare(asked) == _bare(came)
    if same and asked.path.strip("/") and not (came.path.strip("/") or came.query):
        raise PageUnread(_FRONT, site=_bare(came))
    if not same and _bare(came).partition(".")[0] in _GATES:
        raise PageUnread(_GATE)


def _bare(parts: SplitResult) -> str:
    return (parts.hostname or "").lower().removeprefix("www.")
