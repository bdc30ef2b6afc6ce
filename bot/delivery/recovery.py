"""Channels that a platform refuses: marked broken, tried again in time, and mended.

What is known of them lies in the store, so a restart tries none sooner and tells nobody again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime

from bot.delivery.events import Event, Events, line_of
from bot.delivery.policy import Policy
from bot.port.clock import Clock
from bot.port.platform import Platform, PlatformError
from bot.schedule.phrases import first_slot
from store.model import Channel, NoticeKind, Trouble
from store.store import DigestStore

_LOGGER = logging.getLogger(__name__)
_EVENTS = Events(_LOGGER)

_AT_ONCE = 50
"""Channels that are tried in one go: what is due beyond that comes with the next look."""


class Recovery:
    """Keeps watch over the channels in trouble of the platforms that run here."""

    def __init__(
        self,
        store: DigestStore,
        platforms: Mapping[str, Platform],
        clock: Clock,
        *,
        pace: Policy,
    ) -> None:
        """Channels of other platforms are left to the process that runs those."""
        self._store = store
        self._platforms = platforms
        self._clock = clock
        self._pace = pace
        self._look_at: datetime | None = None

    async def broke(self, channel: Channel, reason: str, remedy: str) -> None:
        """Mark a channel broken. In the same stroke its owner is to be told, once.

        One that breaks again before anything reached it was mended in vain: nobody is told again,
        and it rests for longer.
        """
        trouble = Trouble(reason, remedy)
        marked = await self._store.channels.break_(channel.id, trouble, self._pace.shortest_rest)
        if marked is None:
            return
        broken, news = marked
        _EVENTS.warning(Event.BROKEN, channel=channel.id, reason=reason, again=broken.try_at)
        if news:
            self.to_tell(broken, NoticeKind.BROKEN)

    async def missed(self, channel: Channel, reason: str, remedy: str) -> None:
        """See to it that the owner hears, once, that a post cannot be made."""
        if await self._store.notices.missed(channel.id, Trouble(reason, remedy)):
            self.to_tell(channel, NoticeKind.MISSED)

    def to_tell(self, channel: Channel, kind: NoticeKind) -> None:
        """Write down that an owner is to be told: loudly where nobody here can reach them."""
        owner = channel.owner
        here = owner.platform in self._platforms
        _EVENTS.at(
            logging.INFO if here else logging.WARNING,
            Event.TO_TELL,
            channel=channel.id,
            kind=kind.value,
            platform=owner.platform,
            owner=owner.id,
        )

    async def arrived(self, channel: Channel) -> None:
        """Take note that something reached a channel: its trouble, if it had any, is over."""
        if channel.trouble_since is not None:
            await self._store.channels.arrived(channel.id)
            _EVENTS.info(Event.REACHED, channel=channel.id, since=channel.trouble_since)

    async def run(self) -> None:
        """Try the broken channels whose time has come."""
        now = self._clock()
        if self._look_at is not None and now < self._look_at:
            return
        self._look_at = now + self._pace.shortest_rest
        for channel in await self._store.channels.try_broken(
            self._platforms, self._pace.longest_rest, _AT_ONCE
        ):
            await self._try(channel)

    async def _try(self, channel: Channel) -> None:
        platform = self._platforms[channel.ref.platform]
        try:
            async with asyncio.timeout(self._pace.answer.total_seconds()):
                obstacles = await platform.obstacles(channel.ref, channel.subscription.language)
            upcoming = first_slot(channel.subscription.schedule, self._clock())
        except (PlatformError, TimeoutError, ValueError, KeyError, OSError) as error:
            obstacles, upcoming = (str(error) or "no answer",), None
        except Exception:
            _LOGGER.exception("%s", line_of(Event.PLATFORM_FAILED, channel=channel.id))
            return
        if obstacles:
            _EVENTS.info(
                Event.STILL_BROKEN, channel=channel.id, reason=obstacles[0], again=channel.try_at
            )
            return
        mended = await self._store.channels.mend(channel.id, upcoming)
        _EVENTS.info(Event.MENDED, channel=channel.id, next=mended.next_at)
