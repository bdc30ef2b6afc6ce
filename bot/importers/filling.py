"""Drafts filled in from the pages behind their links, a few pages at a time."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from bot.pages import Pages, completed
from bot.port.page import PageUnread
from bot.port.text import language_of_text
from store.entries.entries import Entries
from store.entries.links import host
from store.model import EntryDraft

_AT_ONCE = 8
_A_HOST = 2
"""Pages that are asked for at once, in all and of one host: the time of each begins then."""


class LinkFiller:
    """Fills in what drafts lack: title, note, date, and the picture with them.

    What the store has of a link already comes before its page.
    """

    def __init__(self, pages: Pages, entries: Entries) -> None:
        self._pages = pages
        self._entries = entries

    async def fill(
        self, drafts: Sequence[EntryDraft]
    ) -> Sequence[tuple[EntryDraft, PageUnread | None]]:
        """Return each draft with what was missing, and why its page was not read."""
        whole = asyncio.Semaphore(_AT_ONCE)
        hosts: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(_A_HOST))

        async def one(draft: EntryDraft) -> tuple[EntryDraft, PageUnread | None]:
            if draft.url is None or _is_whole(draft):
                return draft, None
            draft = await self._with_known(draft, draft.url)
            if _is_whole(draft):
                return draft, None
            async with hosts[host(draft.url or "")], whole:
                return await self._with_page(draft, draft.url or "")

        return await asyncio.gather(*map(one, drafts))

    async def _with_known(self, draft: EntryDraft, url: str) -> EntryDraft:
        known = await self._entries.find_by_link(url)
        if known is None:
            return draft
        return replace(
            draft,
            title=draft.title or known.title,
            note=draft.note or known.note,
            image=draft.image or known.image,
            published=draft.published or known.published,
            language=draft.language if draft.title else known.language,
        )

    async def _with_page(self, draft: EntryDraft, url: str) -> tuple[EntryDraft, PageUnread | None]:
        try:
            facts = await self._pages.facts(url)
        except PageUnread as unread:
            return draft, unread
        if facts is None:
            return draft, None
        # The language of a draft without a title was guessed of nothing.
        filled = completed(draft if draft.title else replace(draft, language=None), facts)
        shown = language_of_text(f"{filled.title} {filled.note}")
        korean = not draft.title and shown == "ko"
        return replace(filled, language=shown if korean else filled.language or shown), None


def _is_whole(draft: EntryDraft) -> bool:
    return bool(draft.title and draft.note and draft.published)
