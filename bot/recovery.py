"""Channels that a platform refuses: marked broken, their owner told once, tried again in time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.card import Card
from bot.clock import Clock
from bot.pace import Pace
from bot.platform import Platform, PlatformError, Retryable
from bot.schedule import first_slot
from store.model import Channel
from store.store import DigestStore

_LOGGER = logging.getLogger("bot.delivery")

_TELLINGS = 5
"""How often it is tried to tell an owner; after that, /ainews status is where it stands."""

Notify = Callable[[Channel, str, str], Card]
"""Returns what an owner is told of a broken channel, the reason, and what can be done."""


@dataclass(slots=True)
class _Trial:
    """How a broken channel has been tried again since it last worked."""

    rest: timedelta
    at: datetime
    mended: bool = False


@dataclass(slots=True)
class _Notice:
    """What an owner is to be told."""

    channel: Channel
    reason: str
    remedy: str
    at: datetime
    tries: int = 0


class Recovery:
    """Keeps watch over broken channels.

    What was tried lies in memory only: a new process tries each broken channel once at its start.
    """

    def __init__(
        self,
        store: DigestStore,
        platforms: Mapping[str, Platform],
        clock: Clock,
        *,
        notify: Notify,
        pace: Pace,
    ) -> None:
        """Channels of other platforms are left to the process that runs those."""
        self._store = store
        self._platforms = platforms
        self._clock = clock
        self._notify = notify
        self._pace = pace
        self._trials: dict[int, _Trial] = {}
        self._notices: list[_Notice] = []
        self._look_at: datetime | None = None

    async def broke(self, channel: Channel, reason: str, remedy: str) -> None:
        """Mark a channel broken, and see that its owner hears of it, once.

        One that breaks again before anything reached it was mended in vain: nobody is told again,
        and it rests for twice as long.
        """
        broken = await self._store.channels.break_(channel.id, reason)
        _LOGGER.warning("channel broken channel=%d reason=%s", channel.id, reason)
        now = self._clock()
        trial = self._trials.get(channel.id)
        if trial is not None:
            trial.mended = False
        elif broken is not None:
            rest = self._pace.shortest_rest
            self._trials[channel.id] = _Trial(rest, now + rest)
            self._notices.append(_Notice(broken, reason, remedy, now))

    def worked(self, channel: Channel) -> None:
        """Take note that something reached a channel."""
        self._trials.pop(channel.id, None)

    async def run(self) -> None:
        """Tell the owners and try the channels whose time has come."""
        await self._tell()
        now = self._clock()
        if self._look_at is not None and now < self._look_at:
            return
        self._look_at = now + self._pace.shortest_rest
        broken = await self._store.channels.broken(self._platforms)
        self._forget({channel.id for channel in broken})
        for channel in broken:
            trial = self._trials.setdefault(channel.id, _Trial(self._pace.shortest_rest, now))
            if trial.at <= now:
                await self._try(channel, trial)

    def _forget(self, broken: set[int]) -> None:
        """Drop the trials of channels that somebody else brought back, or ended."""
        for channel_id, trial in list(self._trials.items()):
            if channel_id not in broken and not trial.mended:
                del self._trials[channel_id]

    async def _try(self, channel: Channel, trial: _Trial) -> None:
        trial.rest = min(trial.rest * 2, self._pace.longest_rest)
        trial.at = self._clock() + trial.rest
        platform = self._platforms[channel.ref.platform]
        try:
            async with asyncio.timeout(self._pace.answer.total_seconds()):
                obstacles = await platform.obstacles(channel.ref, channel.wish.language)
            upcoming = first_slot(channel.wish.schedule, self._clock())
        except (PlatformError, TimeoutError, ValueError, KeyError, OSError) as error:
            obstacles, upcoming = (str(error) or "no answer",), None
        except Exception:
            _LOGGER.exception("platform failed channel=%d", channel.id)
            return
        if obstacles:
            _LOGGER.info("channel still broken channel=%d reason=%s", channel.id, obstacles[0])
            return
        trial.mended = True
        await self._store.channels.mend(channel.id, upcoming)
        _LOGGER.info("channel mended channel=%d", channel.id)

    async def _tell(self) -> None:
        now = self._clock()
        for notice in [one for one in self._notices if one.at <= now]:
            notice.tries += 1
            pause = await self._told(notice)
            if pause is None or notice.tries >= _TELLINGS:
                self._notices.remove(notice)
            else:
                notice.at = self._clock() + pause

    async def _told(self, notice: _Notice) -> timedelta | None:
        """Tell an owner. Returns how long to wait before it is tried again, None where it is not.

        Only what surely did not arrive is said again.
        """
        owner = notice.channel.owner
        platform = self._platforms.get(owner.platform)
        if platform is None:
            _LOGGER.warning("owner not told channel=%d reason=not here", notice.channel.id)
            return None
        try:
            card = self._notify(notice.channel, notice.reason, notice.remedy)
            async with asyncio.timeout(self._pace.answer.total_seconds()):
                await platform.tell(owner, card)
        except Retryable as error:
            return error.after or self._pace.shortest_rest
        except (PlatformError, TimeoutError) as error:
            _LOGGER.warning("owner not told channel=%d reason=%s", notice.channel.id, error)
        except Exception:
            _LOGGER.exception("owner not told channel=%d", notice.channel.id)
        else:
            _LOGGER.info("owner told channel=%d", notice.channel.id)
        return None
