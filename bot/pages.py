"""Pages of pasted links: read in time for a form, or afterwards for what was published without."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

from bot.i18n.translator import N_
from bot.port.page import PageFacts, PageReader, PageUnread
from bot.port.text import is_link
from store.entries.entries import Entries
from store.entries.links import canonical
from store.errors import StoreError
from store.model import Actor, Entry, EntryDraft, Status

_log = logging.getLogger(__name__)

FORM_PATIENCE = timedelta(seconds=1.8)
"""How long a form waits for its page: as long as whoever asked for it sees nothing."""

PATIENCE = timedelta(seconds=20)
"""How long a page may take where nobody has to be answered sooner."""

_KEPT = 600.0
"""Seconds for which a page that was read is not asked again: a form is opened, sent, corrected."""
_MOST = 100

SLOW = N_("The page is slow. What it says is filled in once this is published.")
_TOO_SLOW = N_("The page did not come in time.")
_BROKEN = N_("The page could not be read.")


@dataclass(slots=True)
class _PageReading:
    """A page that is being read, or was, since `begun`.

    `late`: whoever asked for it went on without.
    """

    task: asyncio.Task[PageFacts]
    begun: float
    late: bool = False


@dataclass(eq=False)
class Pages:
    """Reads the pages of links, each at most once in ten minutes.

    `reader` is asked when a page is to be read, and has None where none is installed. `changed` is
    called when an entry was filled in.
    """

    reader: Callable[[], PageReader | None]
    entries: Entries
    changed: Callable[[], None]
    form_patience: timedelta = FORM_PATIENCE
    patience: timedelta = PATIENCE
    _readings: dict[str, _PageReading] = field(init=False, default_factory=dict)
    _filling: set[asyncio.Task[None]] = field(init=False, default_factory=set)

    @property
    def available(self) -> bool:
        """Whether anything is installed that reads pages."""
        return self.reader() is not None

    async def facts(self, url: str, patience: timedelta | None = None) -> PageFacts | None:
        """Return what a page says of itself, None where nothing is installed to read it.

        Raises PageUnread, also where it takes longer than `patience`: then it is read on, for
        `with_late` and `fill_later`.
        """
        reader = self.reader()
        if reader is None:
            return None
        patience = self.patience if patience is None else patience
        reading = self._reading(reader, url)
        done, _ = await asyncio.wait({reading.task}, timeout=patience.total_seconds())
        reading.late = not done
        if not done:
            raise PageUnread(SLOW if patience <= self.form_patience else _TOO_SLOW)
        return reading.task.result()

    def with_late(self, draft: EntryDraft) -> EntryDraft:
        """Return a draft with what its page said that the form did not show.

        That is its picture, which no field has, or all of it where the form was shown before.
        """
        url = canonical(draft.url) if draft.url else ""
        for asked, reading in self._readings.items():
            if not reading.task.done() or _failed(reading.task):
                continue
            facts = reading.task.result()
            if reading.late and asked == url:
                return completed(draft, facts)
            if url in {asked, canonical(facts.url)}:
                return replace(draft, image=draft.image or facts.image)
        return draft

    def fill_later(self, entry: Entry, by: Actor) -> None:
        """Fill the empty fields of an entry whose form was shown before its page was read."""
        reading = self._readings.get(canonical(entry.url)) if entry.url else None
        if reading is not None and reading.late and not reading.task.done():
            task = asyncio.create_task(self._fill(reading.task, entry, by))
            self._filling.add(task)
            task.add_done_callback(self._filling.discard)

    async def close(self) -> None:
        """Stop reading and filling in."""
        tasks = [*self._filling, *(each.task for each in self._readings.values())]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._readings.clear()

    def _reading(self, reader: PageReader, url: str) -> _PageReading:
        """Return the reading of a page that goes on or went well, else a new one."""
        now = asyncio.get_running_loop().time()
        for name, old in [*self._readings.items()]:
            if old.task.done() and (now - old.begun > _KEPT or _failed(old.task)):
                del self._readings[name]
        name = canonical(url)
        if name not in self._readings:
            while len(self._readings) >= _MOST:
                self._readings.pop(next(iter(self._readings))).task.cancel()
            self._readings[name] = _PageReading(asyncio.create_task(_read(reader, url)), now)
        return self._readings[name]

    async def _fill(self, reading: asyncio.Task[PageFacts], entry: Entry, by: Actor) -> None:
        try:
            facts = await reading
            url = entry.url or facts.url
            filled = await self.entries.change(entry.id, partial(_filled, url, facts), by)
        except PageUnread as unread:
            _log.info("entry %d is not filled in: %s", entry.id, unread)
        except StoreError as error:
            _log.warning("entry %d is not filled in: %s", entry.id, error)
        else:
            if filled.updated_at != entry.updated_at:
                self.changed()


def completed(draft: EntryDraft, facts: PageFacts) -> EntryDraft:
    """Return a draft with what a page says in its empty fields."""
    return replace(
        draft,
        title=draft.title or facts.title or "",
        note=draft.note or facts.description or "",
        image=draft.image or facts.image,
        published=draft.published or facts.published,
        language=draft.language or facts.language,
    )


def _filled(url: str, facts: PageFacts, entry: Entry) -> EntryDraft | None:
    """Return what its page makes of an entry, None where it is not that story any more."""
    same = entry.url is not None and canonical(entry.url) == canonical(url)
    return completed(entry.draft, facts) if same and entry.status is Status.PUBLISHED else None


async def _read(reader: PageReader, url: str) -> PageFacts:
    try:
        facts = await reader.read(url, PATIENCE)
    except PageUnread:
        raise
    except Exception as error:
        _log.exception("a page could not be read")
        raise PageUnread(_BROKEN) from error
    return _usable(facts, url)


def _usable(facts: PageFacts, url: str) -> PageFacts:
    """Return facts that an entry can hold: addresses as the store takes them, a plain language."""
    language = facts.language and facts.language.partition("-")[0].lower()
    image = facts.image if facts.image and is_link(facts.image) else None
    own = facts.url if is_link(facts.url) else url
    return replace(facts, url=own, image=image, language=language)


def _failed(task: asyncio.Task[PageFacts]) -> bool:
    return task.cancelled() or task.exception() is not None
