"""Both platforms' servers, the channels there, and what they hold."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.discord.interactions.custom_ids import key_of
from store.model import INSTANT, Actor, ChannelRef, Layout, Leftover, Order, Schedule, Subscription
from store.store import DigestStore
from tests.fakes.discord import FakeDiscord, FakeDiscordChannel, Guild
from tests.fakes.discord.people import text_of
from tests.fakes.discord.rules import every
from tests.fakes.discord.world import ANNOUNCEMENT, FORUM, PUBLIC_THREAD, TEXT
from tests.fakes.slack import FakeChannel, FakePerson, FakeSlack
from tests.fakes.slack.workspace import TEAM
from tests.faults.transport import Transport

OWNER = Actor("slack", TEAM, "U0OWNER", "Sora")
_STORY = re.compile(r"(?:\[|\|)Story (\d+) v(\d+)(?:\]\(|>)")
_THREADS_KEPT = 30
"""Discord archives threads in which nothing is said any more; so many stay open here."""


@dataclass(frozen=True, slots=True)
class Wants:
    """What a channel is scheduled with. `best`: brief posts, and no later one has the rest."""

    rule: str
    timezone: str
    limit: int
    tags: tuple[str, ...] = ()
    threaded: bool = False
    quiet_days: bool = False
    best: bool = False


OnDiscord = Mapping[str, tuple[int, Wants]]
"""Channels by name, each with its kind."""

InSlack = Mapping[str, Wants]
"""Channels by id."""

ON_DISCORD: OnDiscord = {
    "digest": (TEXT, Wants("0 */3 * * *", "Asia/Seoul", 30)),
    "threads": (TEXT, Wants("0 9 * * *", "America/New_York", 50, threaded=True)),
    "best": (TEXT, Wants("0 */3 * * *", "Asia/Seoul", 5, best=True)),
    "at-once": (ANNOUNCEMENT, Wants(INSTANT, "Asia/Seoul", 4)),
    "forum": (FORUM, Wants("30 */4 * * *", "Europe/London", 30, threaded=True)),
    "thread": (PUBLIC_THREAD, Wants(INSTANT, "Asia/Seoul", 10, ("b",))),
    "forum-at-once": (FORUM, Wants(INSTANT, "Asia/Seoul", 4)),
}
IN_SLACK: InSlack = {
    "C0DIGEST": Wants("0 */3 * * *", "Asia/Seoul", 30),
    "C0THREADS": Wants("0 9 * * *", "America/New_York", 50, threaded=True),
    "C0BEST": Wants("0 */6 * * *", "Asia/Seoul", 12, ("a", "b"), best=True),
    "C0ATONCE": Wants(INSTANT, "Asia/Seoul", 10),
    "C0TAGGED": Wants(INSTANT, "Asia/Seoul", 10, ("b",)),
    "C0QUIET": Wants("0 7 * * *", "Europe/London", 30, ("rare",), quiet_days=True),
}


@dataclass(frozen=True, slots=True)
class Held:
    """One message that a platform holds: the stories it shows, each with its version."""

    number: str
    key: str
    stories: tuple[tuple[int, int], ...]
    retracted: bool


@dataclass(frozen=True, slots=True)
class ServedChannel:
    """A channel that asked for posts."""

    name: str
    ref: ChannelRef
    wants: Wants


class FakeServers:
    """The servers and the channels. `wires` are what stands before each server."""

    def __init__(
        self,
        discord: FakeDiscord,
        slack: FakeSlack,
        wires: Mapping[str, Transport],
        *,
        on_discord: OnDiscord,
        in_slack: InSlack,
        teams: Mapping[str, str],
    ) -> None:
        """`teams` are the workspaces of channels in Slack that are not in the usual one."""
        self.discord = discord
        self.slack = slack
        self.wires = wires
        self.guild = discord.world.guild("Faults")
        slack.workspace.person(FakePerson(OWNER.id, OWNER.name, admin=True))
        self.places = (
            *_on_discord(discord, self.guild, on_discord),
            *_in_slack(slack, in_slack, teams),
        )

    @property
    def environment(self) -> dict[str, str]:
        """What leads the bot here."""
        return self.slack.environment(**self.discord.environment)

    @property
    def violations(self) -> list[str]:
        """What was wrong with the bot's requests."""
        return [*self.discord.violations, *self.slack.violations]

    async def schedule(self, store: DigestStore, since: datetime) -> None:
        """Give every channel its schedule, from a moment on."""
        for place in self.places:
            wants = place.wants
            subscription = Subscription(
                Schedule(wants.rule, wants.timezone),
                since,
                wants.tags,
                limit=wants.limit,
                quiet_days=wants.quiet_days,
                threaded=wants.threaded,
                order=Order.BEST if wants.best else Order.OLDEST,
                leftover=Leftover.LEAVE if wants.best else Leftover.WAIT,
                layout=Layout.BRIEF if wants.best else Layout.FULL,
                name=place.name,
            )
            first = None if wants.rule == INSTANT else since
            await store.channels.schedule(place.ref, subscription, OWNER, first)

    def held(self, place: ServedChannel, newest: int = 0) -> list[Held]:
        """Return what stands in a channel, oldest first; only so many messages where given."""
        if place.ref.platform == "slack":
            said = self.slack.workspace.channels[place.ref.id].messages
            return [_in_slack_held(one) for one in said[-newest:]]
        posts = [
            message
            for channel in self._and_threads(place.ref.id)
            for message in self.discord.posts(channel)
        ]
        posts.sort(key=lambda message: int(message["id"]))
        return [_on_discord_held(message) for message in posts[-newest:]]

    def tidy(self) -> None:
        """Let the platforms do what time brings, and forget what nobody asks for again."""
        self.slack.calls.clear()
        threads = [one for one in self.discord.world.channels.values() if one.is_thread]
        own = {place.ref.id for place in self.places}
        for thread in threads[:-_THREADS_KEPT]:
            thread.archived = thread.id not in own

    def _and_threads(self, number: str) -> Iterator[FakeDiscordChannel]:
        channels = self.discord.world.channels
        yield channels[number]
        yield from (one for one in channels.values() if one.is_thread and one.parent_id == number)


@asynccontextmanager
async def a_town(
    seconds: Callable[[], float],
    on_discord: OnDiscord = ON_DISCORD,
    in_slack: InSlack = IN_SLACK,
    teams: Mapping[str, str] | None = None,
) -> AsyncIterator[FakeServers]:
    """Open both servers; they live by a clock that tells seconds since 1970."""
    wires = {name: Transport(name) for name in ("discord", "slack")}
    discord = FakeDiscord(seconds=seconds, middlewares=[wires["discord"].middleware])
    discord.routes.now = seconds
    async with FakeSlack.running(seconds, [wires["slack"].middleware]) as slack, discord:
        yield FakeServers(
            discord, slack, wires, on_discord=on_discord, in_slack=in_slack, teams=teams or {}
        )


def _on_discord(discord: FakeDiscord, guild: Guild, channels: OnDiscord) -> Sequence[ServedChannel]:
    world = discord.world
    lobby = world.channel(guild, "lobby")
    return [
        ServedChannel(
            f"discord/{name}",
            ChannelRef(
                "discord",
                guild.id,
                world.channel(
                    guild, name, kind, parent=lobby if kind == PUBLIC_THREAD else None
                ).id,
            ),
            wants,
        )
        for name, (kind, wants) in channels.items()
    ]


def _in_slack(
    slack: FakeSlack, channels: InSlack, teams: Mapping[str, str]
) -> Sequence[ServedChannel]:
    for name in channels:
        slack.workspace.channel(FakeChannel(name, creator=OWNER.id))
    return [
        ServedChannel(f"slack/{name}", ChannelRef("slack", teams.get(name, TEAM), name), wants)
        for name, wants in channels.items()
    ]


def _on_discord_held(message: Mapping[str, Any]) -> Held:
    parts = every(message["components"])
    keys = {key_of(str(part.get("custom_id") or "")) for part in parts} - {""}
    return _held(str(message["id"]), "+".join(sorted(keys)), text_of(message))


def _in_slack_held(message: Mapping[str, Any]) -> Held:
    key = message.get("metadata", {}).get("event_payload", {}).get("key", "")
    said = "\n".join(
        str(block["text"]["text"])
        for block in message["blocks"]
        if block["type"] in {"section", "header"} and "text" in block
    )
    return _held(str(message["ts"]), str(key), said)


def _held(number: str, key: str, said: str) -> Held:
    stories = tuple((int(found[1]), int(found[2])) for found in _STORY.finditer(said))
    return Held(number, key, stories, "has been retracted" in said)
