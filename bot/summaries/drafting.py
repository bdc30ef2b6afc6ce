"""The drafting: what waits is given to a writer, one entry and language after the other.

A job of the ticker that never waits for the writer itself: nothing else is later for it. Each text
is asked about once (store/drafts); what comes is checked, and waits for a person.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot.i18n.translator import N_, Translator, kept
from bot.port.clock import Clock
from bot.port.writer import (
    MOST_TOKENS,
    PROMPT_VERSION,
    Draft,
    Writer,
    WriterError,
    WriterLater,
    WriterRefused,
    WriterStopped,
    WriterTask,
)
from bot.summaries.wishes import TAGS, Budget, task_of, wanted_languages
from store.errors import StoreError, TokensSpent
from store.model import DraftFlag, Entry, ModelDraft
from store.store import DigestStore
from store.text import tag_key

_LOGGER = logging.getLogger(__name__)

_TAGS_OFFERED = 50
_TRIES = 20
"""Times that an answer may fail to come for one draft; meanwhile others are asked for too."""

_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=1)
_PATIENCE = timedelta(minutes=15)
"""Longer than a writer takes that keeps its own bounds."""

_SILENT = N_("The model did not answer in time.")
_UNFORESEEN = N_("What the model wrote could not be read. The log says why.")


@dataclass(frozen=True, slots=True)
class DraftVerdict:
    """What checks found: why a draft is of no use (a kept sentence), or what a person looks at."""

    refused: str = ""
    flags: tuple[DraftFlag, ...] = ()


Check = Callable[[WriterTask, Draft], DraftVerdict]


@dataclass(slots=True, eq=False)
class Drafting:
    """Lets a writer draft what is wanted.

    `writer` makes it when it is first needed; None: none is set up. `owner` is the name of this
    process in leases, `wake` wakes this job and whoever shows drafts, `tell` takes a sentence for
    the operator. What waits longer than `review_for` is not drafted.
    """

    store: DigestStore
    writer: Callable[[], Writer | None]
    clock: Clock
    _: KW_ONLY
    owner: Callable[[], str]
    wake: Callable[[], None]
    tell: Callable[[str], Awaitable[None]]
    words: Translator
    check: Check
    budget: Budget
    review_for: timedelta
    under_way: asyncio.Task[None] | None = field(default=None, init=False)
    _stopped: bool = field(default=False, init=False)
    _pause: timedelta = field(default=_PAUSE, init=False)
    _rests_until: datetime | None = field(default=None, init=False)

    async def run(self) -> datetime | None:
        """See to it that what is wanted is being drafted. Returns when to look again."""
        writer = None if self._stopped else self.writer()
        if writer is None:
            return None
        now = self.clock()
        drafts, maker = self.store.drafts, (writer.name, PROMPT_VERSION)
        read = await drafts.languages()
        await drafts.look(partial(wanted_languages, read=read), now - self.review_for, maker)
        if self.under_way is not None:
            return None
        if self._rests_until is not None and now < self._rests_until:
            return self._rests_until
        owner = self.owner()
        try:
            leased = await drafts.lease(owner, maker, MOST_TOKENS, self.budget.limits(now))
        except TokensSpent as spent:
            return await self._spent(spent, now)
        if leased is None:
            return await drafts.next_at()
        self.under_way = asyncio.create_task(self._make(writer, *leased, owner))
        self.under_way.add_done_callback(self._ended)
        return None

    def abandon(self) -> None:
        """Let go of the draft under way: it counts for failed once this process ends."""
        if self.under_way is not None:
            self.under_way.cancel()

    async def close(self) -> None:
        """Ask nothing more, and let go of the draft under way."""
        self._stopped = True
        self.abandon()
        if self.under_way is not None:
            await asyncio.gather(self.under_way, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.under_way = None
        if not task.cancelled():
            self.wake()

    async def _make(self, writer: Writer, draft: ModelDraft, entry: Entry, owner: str) -> None:
        drafts = self.store.drafts
        try:
            tags = [one.tag for one in await self.store.completion.tags(limit=_TAGS_OFFERED)]
            task = task_of(entry, draft.language, tags)
            try:
                async with asyncio.timeout(_PATIENCE.total_seconds()):
                    written = await writer.draft(task)
            except TimeoutError:
                raise WriterLater(_SILENT, tokens=MOST_TOKENS) from None
            self._pause = _PAUSE
            await self._keep(draft, owner, task, written)
        except WriterLater as error:
            await self._put_off(draft, owner, error)
        except WriterStopped as error:
            self._stopped = True
            reason = kept(error.reason, error.values)
            await drafts.later(draft, owner, reason, self.clock())
            _LOGGER.warning("drafting stopped: %s", error)
            await self.tell(
                self.words.gettext(
                    "Nothing more is drafted until the bot is started again: {reason}",
                    reason=self.words.stored(reason),
                )
            )
        except WriterError as error:
            _LOGGER.info("entry=%d not drafted: %s", entry.id, error)
            await drafts.give_up(draft, owner, kept(error.reason, error.values), error.tokens)
        except StoreError as error:
            _LOGGER.warning("draft=%d not kept: %s", draft.id, error)
        except Exception:
            _LOGGER.exception("draft=%d not made", draft.id)
            with suppress(StoreError):
                await drafts.give_up(draft, owner, _UNFORESEEN, MOST_TOKENS)

    async def _keep(self, draft: ModelDraft, owner: str, task: WriterTask, written: Draft) -> None:
        """Keep what passes the checks. Raises WriterRefused."""
        tokens = written.tokens_in + written.tokens_out
        verdict = self.check(task, written)
        if verdict.refused:
            raise WriterRefused(verdict.refused, tokens=tokens)
        await self.store.drafts.made(
            draft,
            owner,
            tokens,
            title=written.title,
            note=written.note if task.text else "",
            tags=_known(written.tags, task.tags),
            flags=verdict.flags,
        )
        _LOGGER.info("draft=%d made entry=%d tokens=%d", draft.id, draft.entry_id, tokens)

    async def _put_off(self, draft: ModelDraft, owner: str, error: WriterLater) -> None:
        """Leave the writer alone for a while; it is asked for the same later, a number of times."""
        now = self.clock()
        pause = error.after or self._pause
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        self._rests_until = now + pause
        reason = kept(error.reason, error.values)
        _LOGGER.warning("draft=%d later: %s", draft.id, error)
        if draft.tries + 1 < _TRIES:
            await self.store.drafts.later(draft, owner, reason, now + pause, error.tokens)
        else:
            await self.store.drafts.give_up(draft, owner, reason, error.tokens)

    async def _spent(self, spent: TokensSpent, now: datetime) -> datetime:
        """Ask for no more, and tell the operator. Returns when it goes on."""
        again = self._rests_until = self.budget.renewed(spent, now)
        _LOGGER.warning("tokens spent limit=%d again=%s", spent.limit, again)
        await self.tell(
            self.words.gettext(
                "The model has had its {count} tokens. More is drafted from {moment} on.",
                count=self.words.number(spent.limit),
                moment=self.words.moment(again, self.budget.timezone),
            )
        )
        return again


def _known(offered: Sequence[str], tags: Sequence[str]) -> list[str]:
    """Return the tags among those offered that exist, by their own names."""
    names = {tag_key(tag): tag for tag in tags}
    found = dict.fromkeys(names[key] for key in map(tag_key, offered) if key in names)
    return list(found)[:TAGS]
