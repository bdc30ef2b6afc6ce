"""Takes one leased post to its platform, and writes down what became of it.

What is known to have arrived is sent, what is known not to have arrived is tried again or given
up, and what may have arrived is looked for before anything else is done with it.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import Enum, auto

from bot.delivery.digest import DigestContent, content_of, is_too_late
from bot.delivery.events import Event, Events, facts_of, line_of
from bot.delivery.policy import Chance, Policy
from bot.delivery.recovery import Recovery
from bot.i18n.translator import N_
from bot.port.card import Card
from bot.port.clock import Clock
from bot.port.platform import Permanent, Platform, Retryable, Unknown
from bot.schedule.phrases import next_slot
from store.errors import StoreError
from store.model import Channel, Entry, NoticeKind, Post, Receipt, Task, Trouble, Work
from store.store import DigestStore

_LOGGER = logging.getLogger(__name__)
_EVENTS = Events(_LOGGER)

_MARGIN = timedelta(minutes=5)
"""How much a platform's clock may differ from ours when a post is looked for since its slot."""

TOO_LATE = N_("It could not be sent in time. Its news comes with the next post.")
NOT_IN_TIME = N_("It could not be sent in time.")
RETRACTED = N_("All that it carried was retracted before it was sent.")
NOT_FOUND = N_("It was looked for, and had not arrived.")
NO_ANSWER = N_("The platform did not answer.")
NOT_RENDERED = N_("It could not be prepared. The log says why.")
WAIT_FOR_NEXT = N_("If it happens again, tell those who run AI News: its log says more about it.")
TELL_OPERATOR = N_("Tell those who run AI News. It is tried again by itself.")
UNEXPECTED = N_("The platform failed in an unforeseen way. The log says why.")

_AGAIN_AND_AGAIN = 3
"""Attempts to prepare a post before its owner hears that it cannot be: one may be bad luck."""

Render = Callable[[DigestContent, Channel], Card]
"""Returns what a post says as its channel reads it."""


class Ending(Enum):
    """How a platform did."""

    WELL = auto()
    BADLY = auto()
    UNASKED = auto()


class Worker:
    """Does the work on one post at a time; many may be under way."""

    def __init__(
        self,
        store: DigestStore,
        clock: Clock,
        *,
        render: Render,
        recovery: Recovery,
        pace: Policy,
        chance: Chance,
    ) -> None:
        self._store = store
        self._clock = clock
        self._render = render
        self._pace = pace
        self._chance = chance
        self._recovery = recovery

    async def carry(self, work: Work, entries: Mapping[int, Entry], platform: Platform) -> Ending:
        """Do what is to be done. Never raises but for cancellation.

        `entries` are those that the post carries, by id, read since it was leased.

        A store that fails leaves the post to its lease: when that has run out, the post is
        looked for.
        """
        try:
            match work.task:
                case Task.PUBLISH:
                    return await self._publish(work, entries, platform)
                case Task.FIND:
                    return await self._find(work, platform)
                case Task.UPDATE:
                    return await self._update(work, entries, platform)
        except StoreError as error:
            _EVENTS.warning(Event.LEFT, **facts_of(work), reason=error)
        except Exception:
            _LOGGER.exception("%s", line_of(Event.LEFT, **facts_of(work)))
        return Ending.UNASKED

    async def _publish(
        self, work: Work, entries: Mapping[int, Entry], platform: Platform
    ) -> Ending:
        channel = work.channel
        card = await self._prepared(work, entries)
        if card is None:
            return Ending.UNASKED
        _EVENTS.info(Event.SENDING, **facts_of(work), attempt=work.post.attempts)
        try:
            async with asyncio.timeout(self._pace.answer.total_seconds()):
                receipt = await platform.publish(
                    channel.ref, card, work.post.key, await self._under(work)
                )
        except Retryable as error:
            await self._retry(work, error.reason, error.after)
        except Permanent as error:
            # It surely did not arrive: it waits until the channel is back, or is overtaken.
            await self._retry(work, error.reason, None)
            await self._recovery.broke(channel, error.reason, error.remedy)
        except Unknown as error:
            await self._look_later(work, error.reason, self._pace.look_after)
        except TimeoutError:
            await self._look_later(work, NO_ANSWER, self._pace.look_after)
        except Exception:
            _LOGGER.exception("%s", line_of(Event.PLATFORM_FAILED, **facts_of(work)))
            await self._look_later(work, UNEXPECTED, self._pace.look_after)
        else:
            await self._sent(work, receipt)
            return Ending.WELL
        return Ending.BADLY

    async def _prepared(self, work: Work, entries: Mapping[int, Entry]) -> Card | None:
        """Return the card to publish; None where it is not to be published now."""
        post, schedule = work.post, work.channel.subscription.schedule
        if is_too_late(schedule, post.slot, self._clock(), next_slot, self._pace.too_late_after):
            await self._give_up(work, TOO_LATE, Trouble(post.reason or NOT_IN_TIME, WAIT_FOR_NEXT))
            return None
        content = self._content(work, entries)
        if content is None:
            await self._give_up(work, RETRACTED)
            return None
        card = await self._rendered(work, content)
        if self._clock() + self._pace.answer > work.until:
            # The machine slept, say. Another worker may be about to publish it: this one must not.
            _EVENTS.warning(Event.LEFT, **facts_of(work), reason="it has almost run out")
            return None
        return card

    async def _rendered(self, work: Work, content: DigestContent) -> Card | None:
        try:
            return self._render(content, work.channel)
        except Exception:
            _LOGGER.exception("%s", line_of(Event.NOT_RENDERED, **facts_of(work)))
            await self._retry(work, NOT_RENDERED, None)
            if work.task is Task.PUBLISH and work.post.attempts >= _AGAIN_AND_AGAIN:
                await self._recovery.missed(work.channel, NOT_RENDERED, TELL_OPERATOR)
            return None

    async def _find(self, work: Work, platform: Platform) -> Ending:
        post, channel = work.post, work.channel
        pause = self._pace.pause_of_age(self._clock() - post.slot, self._chance)
        try:
            async with asyncio.timeout(self._pace.answer.total_seconds()):
                receipt = await platform.find(
                    channel.ref, post.key, post.slot - _MARGIN, await self._under(work)
                )
        except Retryable as error:
            await self._look_later(work, error.reason, error.after or pause)
        except Permanent as error:
            # Whether it arrived is still open, so it keeps its entries until the channel is back.
            await self._look_later(work, error.reason, pause)
            await self._recovery.broke(channel, error.reason, error.remedy)
        except (Unknown, TimeoutError):
            await self._look_later(work, NO_ANSWER, pause)
        except Exception:
            _LOGGER.exception("%s", line_of(Event.PLATFORM_FAILED, **facts_of(work)))
            await self._look_later(work, UNEXPECTED, pause)
        else:
            if receipt is None:
                # It surely has not arrived, so it stands where it stood before it was sent.
                await self._retry(work, NOT_FOUND, timedelta())
            else:
                _EVENTS.info(Event.FOUND, **facts_of(work))
                await self._sent(work, receipt)
            return Ending.WELL
        return Ending.BADLY

    async def _under(self, work: Work) -> Receipt | None:
        """Return the post in whose thread this part belongs, where the channel wants threads."""
        if not work.channel.subscription.threaded or work.post.part == 1:
            return None
        return await self._store.posts.first_receipt(work.post)

    async def _update(self, work: Work, entries: Mapping[int, Entry], platform: Platform) -> Ending:
        post = work.post
        if post.receipt is None:
            raise ValueError(f"post {post.key} has no receipt to update")
        content = content_of(post, _carried(post, entries), post.sent_at or post.slot)
        card = await self._rendered(work, content)
        if card is None:
            return Ending.UNASKED
        try:
            async with asyncio.timeout(self._pace.answer.total_seconds()):
                await platform.update(post.receipt, card)
        except Retryable as error:
            await self._retry(work, error.reason, error.after)
        except Permanent as error:
            # Somebody took it away. Whether the channel is gone too, the next post will tell.
            held = await self._store.posts.updated(work)
            self._say(Event.NOT_UPDATABLE, work, held=held, reason=error.reason)
            return Ending.WELL
        except (Unknown, TimeoutError):
            await self._retry(work, NO_ANSWER, None)
        except Exception:
            _LOGGER.exception("%s", line_of(Event.PLATFORM_FAILED, **facts_of(work)))
            await self._retry(work, UNEXPECTED, None)
        else:
            self._say(Event.UPDATED, work, held=await self._store.posts.updated(work))
            return Ending.WELL
        return Ending.BADLY

    def _content(self, work: Work, entries: Mapping[int, Entry]) -> DigestContent | None:
        """Return what the post says now; None where nothing is left to say."""
        post, subscription = work.post, work.channel.subscription
        content = content_of(post, _carried(post, entries), self._clock())
        if not content.emptied:
            return content
        if subscription.quiet_days and post.parts == 1 and not subscription.schedule.instant:
            return dataclasses.replace(content, emptied=False)
        return None

    async def _sent(self, work: Work, receipt: Receipt) -> None:
        self._say(Event.SENT, work, held=await self._store.posts.sent(work, receipt))
        await self._recovery.arrived(work.channel)

    async def _give_up(self, work: Work, reason: str, tell: Trouble | None = None) -> None:
        """Give a post up. `tell` is what the owner hears of it, unless they know already."""
        held = await self._store.posts.fail(work, reason, tell)
        self._say(Event.FAILED, work, held=held, reason=reason)
        if held and tell is not None and work.channel.trouble_since is None:
            self._recovery.to_tell(work.channel, NoticeKind.MISSED)

    async def _retry(self, work: Work, reason: str, after: timedelta | None) -> None:
        pause = self._pace.pause(work.post.attempts, self._chance) if after is None else after
        held = await self._store.posts.retry(work, self._clock() + pause, reason)
        self._say(Event.RETRIED, work, held=held, reason=reason, pause=pause)

    async def _look_later(self, work: Work, reason: str, pause: timedelta) -> None:
        held = await self._store.posts.unknown(work, reason, self._clock() + pause)
        self._say(Event.LOOKED_FOR_LATER, work, held=held, reason=reason, pause=pause)

    @staticmethod
    def _say(
        step: Event, work: Work, *, held: bool, reason: str = "", pause: timedelta | None = None
    ) -> None:
        """Write a step down. Not `held`: another worker has the post, and decides."""
        level = logging.INFO if held else logging.WARNING
        lost = None if held else True
        _EVENTS.at(level, step, **facts_of(work), reason=reason, pause=pause, lease_lost=lost)


def _carried(post: Post, entries: Mapping[int, Entry]) -> tuple[Entry, ...]:
    return tuple(entries[number] for number in post.entry_ids if number in entries)
