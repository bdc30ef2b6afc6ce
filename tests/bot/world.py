"""A store on disk, a clock that stands still, platforms in memory, and deliveries over them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from bot.delivery.delivery import Delivery
from bot.delivery.desk import DeskContent
from bot.delivery.notifier import Notify
from bot.delivery.policy import Policy
from bot.delivery.worker import Content, Render
from bot.i18n.translator import Translator
from bot.port.card import Card, Section, Text
from bot.schedule.slots import first_slot
from bot.views.reviews import desk_card
from store.model import (
    Actor,
    Channel,
    ChannelRef,
    Entry,
    EntryDraft,
    Layout,
    Leftover,
    Notice,
    Order,
    PostState,
    Schedule,
    Show,
    Subscription,
)
from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.fakes.databases import new_store
from tests.fakes.deliveries import AllDeliveries, Owner
from tests.fakes.platform import FakePlatform
from tests.fakes.stored import next_moment, post_counts

OWNER = Actor("fake", "here", "owner", "Minji")
CURATOR = Actor("fake", "here", "curator", "Jun")
ZONE = "Asia/Seoul"


def render(content: Content, channel: Channel) -> Card:
    """Say all of a post that a test may ask about."""
    if isinstance(content, DeskContent):
        return desk_card(content.items, Translator(channel.subscription.language))
    said = [f"rest={content.rest}", *(["leaves"] if content.leaves else [])]
    said += [f"part={content.part}/{content.parts}"]
    said += ["late"] if content.late else []
    said += ["emptied"] if content.emptied else []
    return Card(
        summary=" ".join(said),
        language=channel.subscription.language,
        sections=tuple(
            Section(heading=(Text(entry.title),), entry_id=entry.id) for entry in content.entries
        ),
    )


def notify(notice: Notice) -> Card:
    """Say all that an owner is told."""
    channel, trouble = notice.channel, notice.trouble
    return Card(
        summary=f"{channel.ref.id}: {trouble.reason} {trouble.remedy}",
        language=channel.subscription.language,
    )


class DeliveryWorld:
    """Everything around a delivery, for one test."""

    def __init__(self, store: DigestStore, clock: FakeClock, *platforms: FakePlatform) -> None:
        self.store = store
        self.clock = clock
        self.platforms = {platform.name: platform for platform in platforms}
        self.processes = 0

    @property
    def platform(self) -> FakePlatform:
        """The first platform."""
        return next(iter(self.platforms.values()))

    def delivery(
        self,
        pace: Policy | None = None,
        store: DigestStore | None = None,
        *,
        render: Render = render,
        notify: Notify = notify,
        owner: Owner | None = None,
    ) -> AllDeliveries:
        """Start a process: deliveries that know nothing but the store."""
        self.processes += 1
        return AllDeliveries(
            Delivery(
                store or self.store,
                platform,
                self.clock,
                render=render,
                notify=notify,
                owner=owner or Owner(f"process-{self.processes}"),
                pace=pace,
                chance=lambda: 0.5,
            )
            for platform in self.platforms.values()
        )

    async def channel(
        self,
        name: str = "chat",
        rule: str = "0 9 * * *",
        *,
        platform: str = "fake",
        workspace: str = "here",
        tags: tuple[str, ...] = (),
        limit: int = 10,
        quiet_days: bool = False,
        threaded: bool = False,
        order: Order = Order.OLDEST,
        leftover: Leftover = Leftover.WAIT,
        layout: Layout = Layout.FULL,
        since: datetime | None = None,
        zone: str = ZONE,
        show: Show = Show.NEW,
        direct: bool = False,
    ) -> Channel:
        """Schedule a channel, now."""
        schedule = Schedule(rule, zone)
        subscription = Subscription(
            schedule,
            since or self.clock(),
            tags,
            limit=limit,
            quiet_days=quiet_days,
            threaded=threaded,
            order=order,
            leftover=leftover,
            layout=layout,
            name=name,
            show=show,
            direct=direct,
        )
        ref = ChannelRef(platform, workspace, name)
        return await self.store.channels.schedule(
            ref, subscription, OWNER, first_slot(schedule, self.clock())
        )

    async def add(self, title: str, *tags: str, votes: int = 0) -> Entry:
        """Publish an entry, now, for which so many vote."""
        entry = await self.store.entries.add(EntryDraft(title=title, tags=tags), CURATOR)
        for number in range(votes):
            await self.vote(entry.id, number)
        return entry

    async def vote(self, entry_id: int, number: int = 0) -> None:
        """Let one of the members vote for an entry, or take the vote back."""
        await self.store.votes.toggle(entry_id, Actor("fake", "here", f"member {number}", ""))

    async def add_all(self, titles: Iterable[str]) -> list[int]:
        """Publish entries in turn. Returns their ids."""
        return [(await self.add(title)).id for title in titles]

    async def state(self, name: str = "chat", platform: str = "fake") -> Channel:
        """Return a channel as the store has it."""
        return await self.store.channels.get(ChannelRef(platform, "here", name))

    async def counts(self) -> dict[PostState, int]:
        """Return how many posts there are in each state that some are in."""
        counts = await post_counts(self.store)
        return {state: count for state, count in counts.items() if count}

    async def to_the_slot(self, name: str = "chat") -> None:
        """Let the time pass until a channel's next slot."""
        slot = (await self.state(name)).next_at
        assert slot is not None
        self.clock.now = max(slot, self.clock.now)

    async def settle(self, delivery: AllDeliveries, hours: float = 6) -> None:
        """Do all that becomes due within some hours, each thing at its time."""
        end = self.clock() + timedelta(hours=hours)
        while True:
            await delivery.run_once()
            following = await next_moment(self.store, self.platforms)
            if following is None or following > end:
                return
            self.clock.now = max(following, self.clock() + timedelta(seconds=1))


@asynccontextmanager
async def a_world(folder: Path, *platforms: FakePlatform) -> AsyncIterator[DeliveryWorld]:
    """Open a world on a new store, and close it again."""
    clock = FakeClock()
    store = await new_store(folder / "digest.db", clock)
    try:
        yield DeliveryWorld(store, clock, *(platforms or (FakePlatform(),)))
    finally:
        await store.close()
