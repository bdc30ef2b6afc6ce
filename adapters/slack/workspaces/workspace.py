"""A workspace at work: its clients, its people, its posts, all at its own pace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp

from adapters.slack.api.client import Clients, clients_on
from adapters.slack.api.pace import CallPacer, WorkspaceLimits
from adapters.slack.interactions.context import SlackContext
from adapters.slack.interactions.replies import Replies
from adapters.slack.posts import SlackPosts
from adapters.slack.setup.people import Directory
from bot.i18n.translator import Translators
from bot.port.clock import Clock
from bot.port.notes import Notes
from bot.port.platform import CommandHandler


@dataclass(frozen=True, slots=True)
class SlackWorkspace:
    """A workspace at work. `team` is its id, `bot` and `bot_name` are the bot's own there."""

    team: str
    bot: str
    bot_name: str
    clients: Clients
    people: Directory
    place: SlackContext
    posts: SlackPosts


@dataclass(frozen=True, slots=True)
class WorkspaceMaker:
    """What every workspace is made from.

    `sleep` is how pauses between calls are waited for, `monotonic` the clock by which they are
    measured, both in seconds.
    """

    session: aiohttp.ClientSession
    api_url: str
    handler: CommandHandler
    translators: Translators
    clock: Clock
    notes: Notes
    sleep: Callable[[float], Awaitable[None]]
    monotonic: Callable[[], float]
    limits: WorkspaceLimits

    def workspace(self, team: str, bot: str, bot_name: str, token: str) -> SlackWorkspace:
        """Return a workspace that a token opens."""
        clients = clients_on(self.session, self.api_url, token)
        people = Directory(clients.asking, team, self.clock)
        replies = Replies(clients, self.translators, self.notes, self.sleep)
        pace = CallPacer(self.monotonic, self.sleep, self.limits)
        return SlackWorkspace(
            team,
            bot,
            bot_name,
            clients,
            people,
            SlackContext(self.handler, people, replies, self.translators, team),
            SlackPosts(clients, self.translators, pace, team),
        )
