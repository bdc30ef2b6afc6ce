"""The composition root: the store, the commands, the platforms, the deliveries, the clockwork.

Everything is made here and handed down; `platform_runner` says how a platform lives.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from bot.archive import archive_of
from bot.commands.context import Services
from bot.commands.dispatch import Commands
from bot.config.installation import Installation
from bot.delivery.delivery import Delivery, LeaseOwner
from bot.delivery.desk import Desk
from bot.delivery.heartbeat import Heartbeat
from bot.delivery.leadership import DomainOwner, Leadership, ProcessOwner, ShardOwner
from bot.delivery.policy import Policy
from bot.delivery.renderer import PostRenderer
from bot.delivery.ticker import Run, Ticker
from bot.health import Health
from bot.i18n.translator import Translator
from bot.listening import listen
from bot.metrics import Metrics
from bot.notes import StoreNotes
from bot.operator_notices import OperatorNotices
from bot.outside import Outside
from bot.pages import Pages
from bot.platform_runner import PlatformRunner, posts_to
from bot.port.card import Card
from bot.port.clock import CommonClock
from bot.port.platform import DRAINING, Installable, Platform
from bot.port.service import Service, is_called
from bot.port.settings_error import SettingsError, SettingsErrors
from bot.reindex import keep_index
from bot.sources.notices import SourceNotices
from bot.sources.polling import Poller
from bot.summaries.checks.checks import DraftChecks
from bot.summaries.drafting import Drafting
from bot.summaries.wishes import Budget
from bot.views.cards import notice_card
from bot.views.reviews import outcome_card
from store.model import Actor
from store.search.executor import SWITCH_INTERVAL
from store.store import DigestStore

if TYPE_CHECKING:
    from bot.http import Listener
    from bot.port.installations import Installations

_LOGGER = logging.getLogger(__name__)

STOPPING = 0.9
"""Seconds in which everything has let go, where nobody waits for an answer any more."""

_WRONG = timedelta(seconds=5)
"""By how much a machine's clock may differ from the database's before the log says so."""

_PROCESS = "process"
_DOMAINS = "domains"
_SOURCES = "sources"
_DRAFTS = "drafts"
_SOURCE_NOTICES = "source notices"

Say = Callable[[str], None]
"""Takes a sentence for the operator."""


class App:
    """Everything that runs while the bot is up."""

    def __init__(
        self, installation: Installation, store: DigestStore, say: Say, welcome: Card | None = None
    ) -> None:
        """`say` takes what the operator must know where no terminal is open to show it.

        `welcome` is shown to the operator once the terminal has started.
        """
        settings, clock = installation.settings, installation.clock
        self._installation = installation
        self._store = store
        self._welcome = welcome
        self._local = frozenset(each.name for each in installation.plugins.platforms if each.local)
        self._started: dict[str, Platform] = {}
        self._ticker = Ticker(clock, store.version)
        self._notices = OperatorNotices(
            settings.operator, self._started, installation.words, local=self._local, say=say
        )
        self._outside = Outside(installation)
        self._metrics = Metrics()
        store.search.observe(self._metrics.searches.observe)
        self._pages = Pages(lambda: self._outside.pages, store.entries, self._ticker.wake)
        self._shared = frozenset(each.name for each in installation.chosen if each.shared)
        self._health: Health | None = None
        self._heartbeat = Heartbeat(
            store,
            clock,
            self._started,
            self._abandon,
            shares=sorted(self._shared),
            regrouped=lambda: self._ticker.wake(_DOMAINS),
        )
        self._leadership = Leadership(
            store,
            self._heartbeat,
            clock,
            [*(each.name for each in installation.chosen if not each.local), _SOURCES, _DRAFTS],
            self._ticker.wake,
            busy=lambda domain: self._runner.busy(domain),  # noqa: PLW0108 - it is made later
        )
        self._poller = Poller(
            store,
            lambda: self._outside.sources,
            clock,
            owner=lambda: self._heartbeat.id,
            wake=self._ticker.wake,
        )
        self._drafting = Drafting(
            store,
            lambda: self._outside.writer,
            clock,
            owner=lambda: self._heartbeat.id,
            wake=self._ticker.wake,
            tell=self._notices.tell,
            words=installation.words,
            check=DraftChecks().check,
            budget=Budget(
                settings.model_tokens_day, settings.model_tokens_month, settings.timezone
            ),
            review_for=timedelta(days=settings.review_days),
        )
        self._source_notices = SourceNotices(
            store,
            self._started,
            clock,
            local=self._local,
            words=self._words_of,
            tell=self._notices.tell,
        )
        self._render = PostRenderer(
            installation.translators, installation.sections, credit=settings.model_credit
        )
        self.commands = Commands(
            Services(
                store=store,
                translators=installation.translators,
                clock=clock,
                timezone=settings.timezone,
                platforms=MappingProxyType(self._started),
                wake=self._ticker.wake,
                render=self._render,
                tell=self._notices.tell,
                all_curate=settings.workspaces == "open",
                limits=settings.limits,
                sources=lambda: self._outside.sources,
                pages=self._pages,
                maker=self._outside.maker,
                review_for=timedelta(days=settings.review_days),
            )
        )

        self._runner = PlatformRunner(
            self.commands,
            installation.words,
            self._ticker,
            self._leadership,
            local=self._local,
            started=self._started,
            delivery=self._delivery,
            desk=self._desk,
            begun=self._begun,
            failed=self._notices.report,
        )

    async def run(self) -> int:
        """Start the platforms, and run until the terminal ends or no platform is left.

        Returns the exit code: 0 where the terminal's input ended, 1 where no platform is left.
        Cancelling it is the way to stop it: everything lets go within a second. Raises
        SettingsErrors for the platforms' wrong settings, before anything starts.
        """
        sys.setswitchinterval(SWITCH_INTERVAL)
        self._compare_clocks()
        context = replace(
            self._installation.context, answered=self._metrics.met, notes=StoreNotes(self._store)
        )
        made: list[Platform] = []
        services: list[Service] = []
        wrong = []
        for plugin in self._installation.chosen:
            try:
                kept = self._installations(plugin.name)
                made.append(plugin.create(replace(context, installations=kept)))
            except SettingsError as error:
                wrong.append(error)
        for service in self._installation.plugins.services:
            if service.configured(context.environment):
                try:
                    services.append(
                        service.create(context, archive_of(self._installation, self._store, made))
                    )
                except SettingsError as error:
                    wrong.append(error)
        if wrong:
            raise SettingsErrors(wrong)
        self._health = Health(self._store, self._all_connected(made))
        listener = await listen(
            self._installation,
            self._store,
            self._metrics,
            self._health,
            platforms=made,
            services=services,
        )
        tasks = {
            asyncio.create_task(self._runner.keep(platform)): platform.name for platform in made
        }
        beside = [
            asyncio.create_task(keep_index(self._store, self._installation.words, self._notices))
        ]
        if listener is not None:
            beside.append(asyncio.create_task(self._metrics.watch_loop()))
        try:
            # Before anything is leased.
            await self._heartbeat.run()
            await self._leadership.run()
            self._ticker.add(_PROCESS, self._heartbeat.run)
            self._ticker.add(_DOMAINS, self._leadership.run)
            self._ticker.add(_SOURCES, self._alone(_SOURCES, self._poller.run))
            gather = Policy().gather_votes
            self._ticker.add("votes", functools.partial(self._store.votes.refresh, gather))
            self._ticker.add(_DRAFTS, self._alone(_DRAFTS, self._drafting.run))
            self._ticker.add(_SOURCE_NOTICES, self._source_notices.run)
            self._ticker.start()
            while tasks:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                ended = {tasks.pop(task): task.result() for task in done}
                if any(well and name in self._local for name, well in ended.items()):
                    return 0
            return 1
        finally:
            await self._stop([*tasks, *beside], made, listener)

    def _compare_clocks(self) -> None:
        """Say in the log where this machine's clock is wrong, or the database's."""
        clock = self._installation.clock
        if isinstance(clock, CommonClock) and abs(clock.ahead) > _WRONG:
            seconds = clock.ahead.total_seconds()
            _LOGGER.warning("this machine's clock is %.0f s ahead of the database's", seconds)

    def _installations(self, platform: str) -> Installations | None:
        """Return who installed a platform, None where nothing seals their tokens."""
        settings = self._installation.settings
        if not settings.seal_key:
            return None
        # The library that seals is loaded only where something is to be sealed.
        from bot.installations import Seal, StoredInstallations  # noqa: PLC0415 - see above

        return StoredInstallations(
            self._store,
            Seal(settings.seal_key, self._installation.clock),
            platform,
            self._installation.words,
            seen=self.commands.workspace_uninvited,
            tell=self._notices.report,
            wake=self._ticker.wake,
        )

    def _all_connected(self, platforms: Sequence[Platform]) -> Callable[[], bool]:
        """Return what says whether each of the platforms that is ours to run is connected."""
        names = {each.name for each in platforms}
        everywhere = {each.name for each in platforms if is_called(each)} | self._local

        def connected() -> bool:
            ours = {one for one in names if one in everywhere or self._leadership.runs(one)}
            return ours == {name for name, each in self._started.items() if each.connected}

        return connected

    def _alone(self, domain: str, run: Run) -> Run:
        """Return a job that only the process does whose domain it is."""

        async def once() -> datetime | None:
            return await run() if self._leadership.owns(domain) else None

        return once

    async def _begun(self, platform: Platform, late: bool) -> None:  # noqa: FBT001 - a callback
        """Say what waited for a platform that has started; `late`: it took several tries."""
        self._ticker.wake(_PROCESS)  # others can read what runs here
        words = self._installation.words
        await self._notices.flush()
        if late:
            await self._notices.tell(
                words.gettext("{platform} is connected now.", platform=platform.name.title())
            )
        if platform.name in self._local and self._welcome is not None:
            await self._notices.show(platform, self._welcome)
        self._ticker.wake(_SOURCE_NOTICES)

    def _delivery(self, platform: Platform) -> Delivery:
        settings, translators = self._installation.settings, self._installation.translators
        pace = Policy(too_late_after=timedelta(hours=settings.late_hours))
        if isinstance(platform, Installable):
            pace = replace(pace, workers=platform.posts_at_once, each_workspace=platform.posts_each)
        return Delivery(
            self._store,
            platform,
            self._installation.clock,
            render=self._render,
            notify=lambda notice: notice_card(
                notice, translators.of(notice.channel.subscription.language)
            ),
            owner=self._lease_owner(platform.name),
            pace=pace,
            metrics=self._metrics,
        )

    def _lease_owner(self, platform: str) -> LeaseOwner:
        if platform in self._local:
            return ProcessOwner(self._heartbeat)
        owner = ShardOwner if platform in self._shared else DomainOwner
        return owner(self._heartbeat, self._leadership, platform)

    async def _words_of(self, person: Actor) -> Translator:
        """Return the words of the language that a person chose, else of the operator's."""
        language = await self._store.people.language(person)
        return self._installation.translators.of(language)

    def _desk(self, platform: Platform) -> Desk:
        settings, translators = self._installation.settings, self._installation.translators
        return Desk(
            self._store,
            platform,
            self._installation.clock,
            tell=lambda item, into: outcome_card(
                item, into, translators.of(item.suggestion.language if item.suggestion else None)
            ),
            made=lambda: self._ticker.wake(posts_to(platform.name)),
            gather=timedelta(minutes=settings.desk_minutes),
            review_for=timedelta(days=settings.review_days),
        )

    def _abandon(self) -> None:
        self._poller.abandon()
        self._drafting.abandon()
        self._runner.abandon()

    async def _stop(
        self,
        tasks: Collection[asyncio.Task[Any]],
        platforms: Sequence[Platform],
        listener: Listener | None,
    ) -> None:
        """Stop the deliveries, then what is open; what does not let go in time is left behind.

        What people have asked for is answered first.
        """
        if self._health is not None and listener is not None:
            # Not before a balancer sends nothing more here: what it cannot hand over it may lose.
            await self._health.leave()
            await listener.drain()
        for task in tasks:
            task.cancel()
        readers = [
            asyncio.create_task(each.close())
            for each in (self._pages, self._poller, self._drafting)
        ]
        await _ended([*tasks, *readers], STOPPING * 2 / 3)
        await _ended([asyncio.create_task(self._ticker.stop())], STOPPING / 9)
        ends = [each.close() for each in platforms]
        if listener is not None:
            ends.append(listener.close())
        last = map(asyncio.create_task, [self._heartbeat.leave(), self._outside.close(), *ends])
        await _ended(list(last), DRAINING + STOPPING * 2 / 9)


async def _ended(tasks: Collection[asyncio.Task[Any]], seconds: float) -> None:
    if not tasks:
        return
    done, late = await asyncio.wait(tasks, timeout=seconds)
    for task in late:
        task.cancel()
        _LOGGER.warning("something did not stop in time: %s", task)
    for task in done:
        if not task.cancelled() and task.exception() is not None:
            _LOGGER.error("something did not stop well", exc_info=task.exception())
