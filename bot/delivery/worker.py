"""Takes one leased post to its platform, and writes down what became of it.

What is known to have arrived is sent, what is known not to have arrived is tried again or given
up, and what may have arrived is looked for before anything else is done with it.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.delivery.desk import DeskContent
from bot.delivery.digest import DigestContent, content_of, is_too_late
from bot.delivery.events import Event, facts_of, line_of, log
from bot.delivery.outcomes import Arrived, Fate, Later, Refused, Unsure, ask, fate_of
from bot.delivery.policy import Chance, Policy
from bot.delivery.recovery import Recovery
from bot.i18n.translator import N_
from bot.metrics import Metrics
from bot.port.card import Card
from bot.port.clock import Clock
from bot.port.platform import Platform
from store.errors import StoreError
from store.model import (
    Channel,
    ChannelRef,
    Entry,
    NoticeKind,
    Receipt,
    Task,
    Trouble,
    Work,
    votes_shown,
)
from store.store import DigestStore

_LOGGER = logging.getLogger(__name__)

_MARGIN = timedelta(minutes=5)
"""How much a platform's clock may differ from ours when a post is looked for since its slot."""

TOO_LATE = N_("It could not be sent in time. Its news comes with the next post.")
NOT_IN_TIME = N_("It could not be sent in time.")
RETRACTED = N_("All that it carried was retracted before it was sent.")
DECIDED = N_("All that it carried was decided before it was sent.")
NOT_RENDERED = N_("It could not be prepared. The log says why.")
STOOD_STILL = N_("This process stood still, or no longer is the one that sends here.")
WAIT_FOR_NEXT = N_("If it happens again, tell whoever runs AI News: the log says more about it.")
TELL_OPERATOR = N_("Tell whoever runs AI News. It will retry by itself.")

_AGAIN_AND_AGAIN = 3
"""Attempts to prepare a post before its owner hears that it cannot be: one may be bad luck."""

Content = DigestContent | DeskContent

Render = Callable[[Content, Channel], Card]
"""Returns what a post says as its channel reads it."""


@dataclass(frozen=True, slots=True)
class Worker:
    """Does the work on one post at a time; many may be under way."""

    store: DigestStore
    platform: Platform
    clock: Clock
    render: Render
    recovery: Recovery
    owns: Callable[[ChannelRef], bool]
    pace: Policy
    chance: Chance
    metrics: Metrics

    async def carry(self, work: Work, entries: Mapping[int, Entry]) -> bool | None:
        """Do what is to be done. Never raises but for cancellation.

        `entries` are those that the post carries, by id, read since it was leased. Returns whether
        the platform works, None where it was not asked.

        A store that fails leaves the post to its lease: when that has run out, the post is
        looked for.
        """
        try:
            asking = await self._call(work, entries)
            if asking is None:
                return None
            call, votes = asking
            outcome = await ask(call, self.pace.answer, **facts_of(work))
            kind = type(outcome).__name__.casefold()
            self.metrics.answered(self.platform.name, work.task.value, kind)
            return await self._settle(work, outcome, votes)
        except StoreError as error:
            log(_LOGGER, Event.LEFT, **facts_of(work), reason=error)
        except Exception:
            _LOGGER.exception("%s", line_of(Event.LEFT, **facts_of(work)))
        return None

    async def _call(
        self, work: Work, entries: Mapping[int, Entry]
    ) -> tuple[Awaitable[Receipt | None], str | None] | None:
        """Return what to ask the platform; None where there is nothing to ask now.

        With the counts of votes that the post shows then, None where nobody knows.
        """
        post, channel = work.post, work.channel
        if work.task is Task.UPDATE:
            if post.receipt is None:
                raise ValueError(f"post {post.key} has no receipt to update")
            content = await self._content(work, entries, post.sent_at or post.slot)
            card = await self._rendered(work, content)
            if card is None:
                return None
            return self.platform.update(post.receipt, card), _votes(content)
        under = None  # the post in whose thread this part belongs
        if channel.subscription.threaded and post.part > 1:
            under = await self.store.posts.first_receipt(post)
        if work.task is Task.FIND:
            return self.platform.find(channel.ref, post.key, post.slot - _MARGIN, under), None
        if (prepared := await self._prepared(work, entries)) is None:
            return None
        card, votes = prepared
        return self.platform.publish(channel.ref, card, post.key, under), votes

    async def _settle(
        self,
        work: Work,
        outcome: Arrived[Receipt | None] | Later | Refused | Unsure,
        votes: str | None,
    ) -> bool:
        """Write down what becomes of a post. Returns whether the platform works."""
        posts, task, now = self.store.posts, work.task, self.clock()
        pause = (
            self.pace.pause_of_age(now - work.post.slot, self.chance)
            if task is Task.FIND
            else self.pace.pause(work.post.attempts, self.chance)
        )
        decision = fate_of(task, outcome, pause, self.pace.look_after)
        reason, pause = decision.reason, decision.pause
        match decision.fate:
            case Fate.KEEP if task is Task.UPDATE:
                self._say(Event.UPDATED, work, held=await posts.updated(work, votes))
            case Fate.KEEP if isinstance(outcome, Arrived) and outcome.answer is not None:
                if task is Task.FIND:
                    log(_LOGGER, Event.FOUND, **facts_of(work))
                self._say(Event.SENT, work, held=await posts.sent(work, outcome.answer, votes))
                self.metrics.sent(self.platform.name, now - work.post.slot)
                await self.recovery.arrived(work.channel)
            case Fate.AGAIN:
                await self._retry(work, reason, pause)
            case Fate.LOOK:
                held = await posts.unknown(work, reason, now + pause)
                self._say(Event.LOOKED_FOR_LATER, work, held=held, reason=reason, pause=pause)
            case Fate.GIVE_UP:
                held = await posts.fail(work, reason)
                self._say(Event.NOT_UPDATABLE, work, held=held, reason=reason)
            case Fate.KEEP:
                raise ValueError(f"post {work.post.key} was published without a receipt")
        if isinstance(outcome, Refused) and task is not Task.UPDATE:
            await self.recovery.broke(work.channel, reason, outcome.remedy)
        return isinstance(outcome, Arrived) or decision.fate is Fate.GIVE_UP

    async def _prepared(
        self, work: Work, entries: Mapping[int, Entry]
    ) -> tuple[Card, str | None] | None:
        """Return the card to publish; None where it is not to be published now.

        With the counts of votes that it shows.
        """
        post, schedule = work.post, work.channel.subscription.schedule
        if is_too_late(schedule, post.slot, self.clock(), self.pace.too_late_after):
            await self._give_up(work, TOO_LATE, Trouble(post.reason or NOT_IN_TIME, WAIT_FOR_NEXT))
            return None
        content = await self._worth_sending(work, entries)
        if content is None:
            await self._give_up(work, DECIDED if schedule.desk else RETRACTED)
            return None
        card = await self._rendered(work, content)
        if card is None:
            return None
        log(_LOGGER, Event.SENDING, **facts_of(work), attempt=post.attempts)
        # The last thing before it is sent: were this process stopped here, or the machine asleep,
        # another may be about to publish it, and this one must not.
        if not self.owns(work.channel.ref) or self.clock() + self.pace.answer > work.until:
            await self._retry(work, STOOD_STILL, timedelta())
            return None
        return card, _votes(content)

    async def _rendered(self, work: Work, content: Content) -> Card | None:
        try:
            return self.render(content, work.channel)
        except Exception:
            _LOGGER.exception("%s", line_of(Event.NOT_RENDERED, **facts_of(work)))
            pause = self.pace.pause(work.post.attempts, self.chance)
            await self._retry(work, NOT_RENDERED, pause)
            if work.task is Task.PUBLISH and work.post.attempts >= _AGAIN_AND_AGAIN:
                await self.recovery.missed(work.channel, NOT_RENDERED, TELL_OPERATOR)
            return None

    async def _content(self, work: Work, entries: Mapping[int, Entry], moment: datetime) -> Content:
        """Return what the post says that goes out, or went out, at a moment."""
        post = work.post
        if work.channel.subscription.schedule.desk:
            items = await self.store.reviews.get(post.entry_ids)
            return DeskContent(tuple(items[one] for one in post.entry_ids if one in items))
        carried = [entries[number] for number in post.entry_ids if number in entries]
        return content_of(post, carried, moment, work.channel.subscription.show)

    async def _worth_sending(self, work: Work, entries: Mapping[int, Entry]) -> Content | None:
        """Return what the post says now; None where nothing is left to say."""
        post, subscription = work.post, work.channel.subscription
        content = await self._content(work, entries, self.clock())
        if not content.emptied:
            return content
        quiet = subscription.quiet_days and not subscription.schedule.instant
        if isinstance(content, DigestContent) and quiet and post.parts == 1:
            return replace(content, emptied=False)
        return None

    async def _give_up(self, work: Work, reason: str, tell: Trouble | None = None) -> None:
        """Give a post up. `tell` is what the owner hears of it, unless they know already."""
        held = await self.store.posts.fail(work, reason, tell)
        self._say(Event.FAILED, work, held=held, reason=reason)
        if held and tell is not None and work.channel.trouble_since is None:
            self.recovery.to_tell(work.channel, NoticeKind.MISSED)

    async def _retry(self, work: Work, reason: str, pause: timedelta) -> None:
        held = await self.store.posts.retry(work, self.clock() + pause, reason)
        self._say(Event.RETRIED, work, held=held, reason=reason, pause=pause)

    @staticmethod
    def _say(
        step: Event, work: Work, *, held: bool, reason: str = "", pause: timedelta | None = None
    ) -> None:
        """Write a step down. Not `held`: another worker has the post, and decides."""
        level = logging.INFO if held else logging.WARNING
        lost = None if held else True
        log(_LOGGER, step, level, **facts_of(work), reason=reason, pause=pause, lease_lost=lost)


def _votes(content: Content) -> str | None:
    """Return the counts of votes that a post shows; a desk shows none."""
    if isinstance(content, DeskContent):
        return None
    return votes_shown(entry.votes for entry in content.entries)
