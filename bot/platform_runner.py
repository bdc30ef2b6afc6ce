"""The life of a platform: waited for, started as often as it takes, kept, let go.

Each has a delivery and the desks of its own, which begin when it has started, so that one that is
slow or away holds up no other.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import secrets
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot.delivery.delivery import Delivery
from bot.delivery.desk import Desk
from bot.delivery.leadership import Leadership
from bot.delivery.ticker import Ticker
from bot.i18n.translator import Translator
from bot.port.platform import CommandHandler, Permanent, Platform, Retryable, SharedPlatform
from bot.port.service import is_called

_LOGGER = logging.getLogger(__name__)

_GRACE = timedelta(seconds=0.4)
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 300.0
"""Seconds before a platform that cannot be reached is started again: doubling, capped. The first is
short, so that one answer that was lost while a platform is taken over holds up its posts little."""


@dataclass(eq=False)
class PlatformRunner:
    """Runs platforms, each with what is delivered to it.

    `local` are the platforms that every process runs; of others, one does. What is called over HTTP
    is run by all, too, and posts are brought to it by one. `started` has those that run, and is
    shared. `delivery` and `desk` make what each needs. `begun` is told of each start, and whether
    it took several tries; `failed` takes a sentence for the operator.
    """

    handler: CommandHandler
    words: Translator
    ticker: Ticker
    leadership: Leadership
    local: Collection[str]
    started: MutableMapping[str, Platform]
    delivery: Callable[[Platform], Delivery]
    desk: Callable[[Platform], Desk]
    begun: Callable[[Platform, bool], Awaitable[None]]
    failed: Callable[[str], Awaitable[None]]
    _deliveries: dict[str, Delivery] = field(init=False, default_factory=dict)

    async def keep(self, platform: Platform) -> bool:
        """Run one platform while it is this process's to run. Returns whether it ended well."""
        if platform.name in self.local or is_called(platform):
            return await self._run(platform)
        while True:
            await self.leadership.until(lambda: self.leadership.runs(platform.name))
            running = asyncio.create_task(self._run(platform))
            lost = asyncio.create_task(
                self.leadership.until(lambda: not self.leadership.runs(platform.name))
            )
            try:
                await asyncio.wait({running, lost}, return_when=asyncio.FIRST_COMPLETED)
                if running.done():
                    return running.result()
            finally:
                lost.cancel()
                running.cancel()
                await asyncio.wait({running, lost})
            await platform.close()

    def busy(self, domain: str) -> bool:
        """Whether a post of a shard is in hand."""
        name, _, shard = domain.partition("/")
        delivery = self._deliveries.get(name)
        return delivery is not None and delivery.busy(int(shard))

    def abandon(self) -> None:
        """Let go of all that is on its way to a platform."""
        for delivery in self._deliveries.values():
            delivery.abandon()

    async def _run(self, platform: Platform) -> bool:
        """Run one platform. Returns whether it ended well; says so where it did not."""
        words = self.words
        name = platform.name.title()
        listening = None
        sharing = None
        try:
            if isinstance(platform, SharedPlatform):
                leads = self.leadership.leads(platform.name)
                await platform.listen(leads)
                listening = asyncio.create_task(self._listen(platform, listens=leads))
            late = await self._start(platform)
            if is_called(platform):
                sharing = asyncio.create_task(self._share(platform))
            else:
                self._begin(platform)
            # Whoever is told of it may take their time: posts do not wait for that.
            await self.begun(platform, late)
            # What a platform loads to run stays for good. To look through all of it for what may
            # go would hold everything up, again and again, for some fifty milliseconds.
            gc.freeze()
            await platform.wait_closed()
        except Permanent as error:
            reason = " ".join(words.stored(each) for each in (error.reason, error.remedy) if each)
            sentence = words.gettext(
                "{platform} is not running: {reason}", platform=name, reason=reason
            )
        except Exception:
            reference = secrets.token_hex(4)
            _LOGGER.exception(
                "platform=%s ended unforeseen, reference %s", platform.name, reference
            )
            sentence = words.gettext(
                "{platform} is not running. The log has the details under the reference "
                "{reference}.",
                platform=name,
                reference=reference,
            )
        else:
            _LOGGER.info("platform=%s ended", platform.name)
            return True
        finally:
            if listening is not None:
                listening.cancel()
            if sharing is not None:
                sharing.cancel()
                await asyncio.wait({sharing})
            self.started.pop(platform.name, None)
            await self._let_go(platform.name)
        await self.failed(sentence)
        return False

    async def _listen(self, platform: SharedPlatform, *, listens: bool) -> None:
        """Let the one process listen whose the platform is, while others bring posts there too."""
        while True:
            await self.leadership.until(partial(self._turned, platform.name, listens))
            listens = not listens
            await platform.listen(listens)

    def _turned(self, name: str, led: bool) -> bool:  # noqa: FBT001 - made into a condition
        return self.leadership.leads(name) is not led

    async def _start(self, platform: Platform) -> bool:
        """Start a platform, as often as it takes. Returns whether it took several tries.

        Raises Permanent.
        """
        pause = _FIRST_PAUSE
        while True:
            try:
                await platform.start(self.handler)
                break
            except Retryable as error:
                sentence = self.words.gettext(
                    "{platform} cannot be reached and is tried again: {reason}",
                    platform=platform.name.title(),
                    reason=self.words.stored(error.reason),
                )
                await self.failed(sentence)
                await asyncio.sleep(pause if error.after is None else error.after.total_seconds())
                pause = min(pause * 2, _LONGEST_PAUSE)
        _LOGGER.info("platform=%s started", platform.name)
        self.started[platform.name] = platform
        return pause > _FIRST_PAUSE

    async def _share(self, platform: Platform) -> None:
        """Bring posts to a platform that others run too, whenever that is this process's to do."""
        while True:
            await self.leadership.until(lambda: self.leadership.runs(platform.name))
            self._begin(platform)
            await self.leadership.until(lambda: not self.leadership.runs(platform.name))
            await self._let_go(platform.name)

    def _begin(self, platform: Platform) -> None:
        """Bring posts to a platform."""
        self._deliveries[platform.name] = delivery = self.delivery(platform)
        self.ticker.add(posts_to(platform.name), delivery.tick)
        desk = self.desk(platform)

        async def see_to_desks() -> datetime | None:
            leads = platform.name in self.local or self.leadership.owns(platform.name)
            return await desk.tick() if leads else None

        self.ticker.add(_desks_of(platform.name), see_to_desks)

    async def _let_go(self, name: str) -> None:
        """Stop bringing posts to a platform.

        Until the last is ended it counts as in hand, and can be abandoned.
        """
        delivery = self._deliveries.get(name)
        if delivery is not None:
            await self.ticker.remove(_desks_of(name))
            await self.ticker.remove(posts_to(name))
            await delivery.close(_GRACE)
            del self._deliveries[name]


def posts_to(name: str) -> str:
    """Return what the job is called that brings posts to a platform."""
    return f"posts to {name}"


def _desks_of(name: str) -> str:
    return f"desks of {name}"
