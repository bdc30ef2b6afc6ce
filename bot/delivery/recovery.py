"""Channels that a platform refuses: marked broken, tried again in time, and mended.

What is known of them lies in the store, so a restart tries none sooner and tells nobody again.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from bot.delivery.events import Event, log
from bot.delivery.outcomes import Arrived, ask
from bot.delivery.policy import Policy
from bot.port.clock import Clock
from bot.port.platform import Platform
from bot.schedule.slots import first_slot
from store.model import Channel, NoticeKind, Trouble
from store.store import DigestStore

_LOGGER = logging.getLogger(__name__)

_GONE_AFTER = timedelta(days=14)
"""How long a person's own conversation may refuse every post before it gets none any more."""

_AT_ONCE = 50
"""Channels that are tried in one go: what is due beyond that comes with the next look."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """Keeps watch over the channels of a platform that are in trouble."""

    store: DigestStore
    platform: Platform
    clock: Clock
    pace: Policy

    async def broke(self, channel: Channel, reason: str, remedy: str) -> None:
        """Mark a channel broken. In the same stroke its owner is to be told, once.

        Where one breaks again before anything reached it, nobody is told again, and it rests for
        longer.
        """
        trouble = Trouble(reason, remedy)
        marked = await self.store.broken.mark(channel.id, trouble, self.pace.shortest_rest)
        if marked is None:
            return
        broken, news = marked
        log(_LOGGER, Event.BROKEN, channel=channel.id, reason=reason, again=broken.try_at)
        if news:
            self.to_tell(broken, NoticeKind.BROKEN)

    async def missed(self, channel: Channel, reason: str, remedy: str) -> None:
        """See to it that the owner hears, once, that a post cannot be made."""
        if await self.store.notices.missed(channel.id, Trouble(reason, remedy)):
            self.to_tell(channel, NoticeKind.MISSED)

    def to_tell(self, channel: Channel, kind: NoticeKind) -> None:
        """Write down that an owner is to be told: loudly where nobody here can reach them."""
        owner = channel.owner
        here = owner.platform == self.platform.name
        log(
            _LOGGER,
            Event.TO_TELL,
            logging.INFO if here else logging.WARNING,
            channel=channel.id,
            kind=kind.value,
            platform=owner.platform,
            owner=owner.id,
        )

    async def arrived(self, channel: Channel) -> None:
        """Take note that something reached a channel: its trouble, if it had any, is over."""
        if channel.trouble_since is not None:
            await self.store.broken.arrived(channel.id)
            log(_LOGGER, Event.REACHED, channel=channel.id, since=channel.trouble_since)

    async def run(self, shards: Collection[int] | None = None) -> None:
        """Try the broken channels whose time has come, in workspaces of some shares; None: all."""
        for channel in await self.store.broken.take(
            self.platform.name, self.pace.longest_rest, _AT_ONCE, shards
        ):
            await self._try(channel)

    async def _try(self, channel: Channel) -> None:
        since = channel.trouble_since
        if channel.subscription.direct and since and self.clock() - since > _GONE_AFTER:
            # Who left or blocked the bot is not tried for ever: `follow` goes on, should they ask.
            await self.store.channels.pause(channel.ref)
            log(_LOGGER, Event.LEFT_ALONE, channel=channel.id, since=since)
            return
        obstacle = None
        asked = self.platform.obstacles(channel.ref, channel.subscription.language)
        outcome = await ask(asked, self.pace.answer, channel=channel.id)
        if not isinstance(outcome, Arrived):
            obstacle = outcome.reason
        elif outcome.answer:
            obstacle = outcome.answer[0]
        try:
            upcoming = first_slot(channel.subscription.schedule, self.clock())
        except (ValueError, KeyError, OSError) as error:
            obstacle = str(error)
        if obstacle is None:
            mended = await self.store.broken.mend(channel.id, upcoming)
            log(_LOGGER, Event.MENDED, channel=channel.id, next=mended.next_at)
        else:
            again = channel.try_at
            log(_LOGGER, Event.STILL_BROKEN, channel=channel.id, reason=obstacle, again=again)
