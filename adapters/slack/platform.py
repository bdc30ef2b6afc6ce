"""Slack as a platform: workspaces, in which commands come in and cards go out."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api.client import TIMEOUT, Clients, clients_on, open_clients
from adapters.slack.api.errors import SignedOut, answered
from adapters.slack.api.pace import DISTRIBUTED, INTERNAL, CallPacer
from adapters.slack.api.socket import Lines
from adapters.slack.interactions.app import PATH, Wiring, answer, dispatch, make_app
from adapters.slack.interactions.context import SlackWorkspace
from adapters.slack.interactions.deliveries import Dedupe, TaskGroup
from adapters.slack.interactions.listeners import PATIENCE
from adapters.slack.interactions.replies import Replies
from adapters.slack.oauth import OAuth
from adapters.slack.posts import SlackPosts
from adapters.slack.setup.people import PLATFORM, Directory, obstacles_to
from adapters.slack.setup.settings import INSTALL_PATH, SlackSettings
from adapters.slack.workspaces import REMOVED, InstalledTeams, MakeWorkspace, OneTeam, Teams
from bot.i18n.translator import N_, Translators
from bot.port.card import Card
from bot.port.invocation import Asker
from bot.port.platform import (
    DRAINING,
    CommandHandler,
    KnownName,
    Permanent,
    PlatformContext,
    PlatformError,
    Retryable,
)
from bot.port.service import HttpRequest, HttpResponse, Route
from store.model import Actor, ChannelRef, Receipt

ENTRIES = 10
"""Entries in one message: three blocks each of fifty, and all of an entry of usual length."""

ONE_AT_ONCE = 16
MANY_AT_ONCE = 64
"""Posts under way: enough for a workspace's 5 a second; where there are many, for all of them."""

EACH = 2
"""Posts under way in each of many workspaces, whose history is read once a minute."""

_log = logging.getLogger(__name__)

_NOT_YET = N_("Slack could not be reached yet.")

_REMOVED = Permanent(
    N_("Slack no longer accepts the bot's token, or the app was removed."),
    N_("Install the app again and set SLACK_BOT_TOKEN to its new token."),
)


@dataclass(frozen=True, slots=True)
class _Desk:
    """What there is once Slack knows us."""

    teams: Teams
    work: TaskGroup
    lines: Lines | None
    app: AsyncApp


class SlackPlatform:
    """The port, for the workspace of a bot token, or for all that installed the app."""

    name = PLATFORM
    entries_per_message = ENTRIES

    def __init__(
        self,
        settings: SlackSettings,
        context: PlatformContext,
        *,
        timeout: float = TIMEOUT,
        patience: float = PATIENCE,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Times are in seconds.

        `sleep` is how pauses between calls are waited for, `monotonic` the clock by which they are
        measured.
        `timeout` is how long Slack may take for an answer, `patience` how long the answer to a
        sent form may take before the form is acknowledged without it.
        """
        self._settings = settings
        self._context = context
        self._translators = Translators(context.language)
        self._timeout = timeout
        self._patience = patience
        self._sleep = sleep
        self._monotonic = monotonic
        self._clients: Clients | None = None
        self._desk: _Desk | None = None
        self._listens = True
        self._end: asyncio.Future[None] | None = None
        self._oauth: OAuth | None = None
        if context.installations is not None and settings.credentials is not None:
            self._oauth = OAuth(
                settings.credentials,
                settings.api_url,
                context.installations,
                self._translators,
                context.clock,
            )

    @property
    def routes(self) -> Sequence[Route]:
        """Where Slack calls, with Socket Mode nowhere; and where people install the app."""
        events = () if self._settings.app_token else (Route("POST", PATH, self._events),)
        return events if self._oauth is None else (*events, *self._oauth.routes)

    @property
    def install_path(self) -> str | None:
        """Where on the bot's site anybody adds it to a workspace of theirs."""
        return None if self._oauth is None else INSTALL_PATH

    @property
    def posts_at_once(self) -> int:
        """How many posts may be under way."""
        return MANY_AT_ONCE if self._oauth else ONE_AT_ONCE

    @property
    def posts_each(self) -> int | None:
        """How many of them in one workspace: each whose answer is lost must be looked for there."""
        return EACH if self._oauth else None

    @property
    def connected(self) -> bool:
        """Whether Slack can reach us: on a line, or over HTTP once we are signed in.

        Where another process has the lines, whether we are signed in.
        """
        lines = self._desk.lines if self._desk is not None and self._listens else None
        return self._desk is not None and (lines is None or lines.up)

    async def start(self, handler: CommandHandler) -> None:
        """Connect, and answer commands from now on.

        Raises Permanent, with the remedy, where Slack refuses us, and Retryable where it cannot
        be reached: then it may be called again.
        """
        self._end = asyncio.get_running_loop().create_future()
        self._clients = open_clients(
            self._settings, self._timeout, partial(self._context.answered, PLATFORM)
        )
        try:
            await self._connect(handler, self._clients)
        except PlatformError:
            await self.close()
            raise

    async def listen(self, wanted: bool) -> None:  # noqa: FBT001 - the port's
        """Open the lines of Socket Mode, or hang up: Slack deals out what comes to all of them."""
        self._listens = wanted
        if self._desk is None or self._desk.lines is None:
            return
        if wanted:
            self._desk.lines.start()
        else:
            await self._desk.lines.close()

    async def wait_closed(self) -> None:
        """Wait until nothing more can come in. Raises Permanent when the token was revoked."""
        if self._end is not None:
            await asyncio.shield(self._end)

    async def close(self) -> None:
        """Stop taking commands in, finish answers under way, let go of connections."""
        desk, self._desk = self._desk, None
        if desk is not None:
            await desk.work.finish(DRAINING)
            if desk.lines is not None:
                await desk.lines.close()
            await desk.teams.close()
        clients, self._clients = self._clients, None
        if clients is not None:
            await clients.close()
        if self._end is not None and not self._end.done():
            self._end.set_result(None)

    async def publish(
        self, channel: ChannelRef, card: Card, key: str, under: Receipt | None = None
    ) -> Receipt:
        """Post a card, in the thread of the post `under` where one is given."""
        async with self._at(channel.workspace) as workspace:
            return await workspace.posts.publish(channel, card, key, under)

    async def find(
        self, channel: ChannelRef, key: str, since: datetime, under: Receipt | None = None
    ) -> Receipt | None:
        """Look for a post in the channel's history, in a thread where it was posted there."""
        async with self._at(channel.workspace) as workspace:
            return await workspace.posts.find(channel, key, since, under)

    async def update(self, receipt: Receipt, card: Card) -> None:
        """Replace what a post says. One that somebody deleted stays deleted."""
        async with self._at(receipt.data.get("team", "")) as workspace:
            await workspace.posts.update(receipt, card)

    async def remove(self, receipt: Receipt) -> None:
        """Delete a post. One that is gone already is no error."""
        async with self._at(receipt.data.get("team", "")) as workspace:
            await workspace.posts.remove(receipt)

    async def tell(self, person: Actor, card: Card) -> ChannelRef:
        """Say something in the person's conversation with the bot, and return that."""
        async with self._at(person.workspace) as workspace:
            return await workspace.posts.tell(person, card)

    async def names(
        self, channels: Sequence[ChannelRef], asker: Asker | None
    ) -> Mapping[ChannelRef, str]:
        """Return the names of the conversations that somebody may know of."""
        found: dict[ChannelRef, str] = {}
        for team in {one.workspace for one in channels}:
            if asker is not None and self._oauth is not None and asker.actor.workspace != team:
                continue  # What strangers call theirs is not for them.
            there = [one for one in channels if one.workspace == team]
            try:
                async with self._at(team) as workspace:
                    found |= await workspace.people.names(there, asker)
            except PlatformError as error:
                _log.warning("nobody knows what conversations of %s are called: %s", team, error)
        return found

    async def who_is(self, workspace: str, identifier: str, *, group: bool) -> KnownName | None:
        """Return who is meant by an id."""
        async with self._at(workspace) as here:
            return await here.people.who_is(identifier, group=group)

    async def obstacles(self, channel: ChannelRef, language: str) -> Sequence[str]:
        """Say what would keep posts from a conversation, and how to invite the bot."""
        async with self._at(channel.workspace) as workspace:
            conversation = await workspace.people.look_up(channel.id)
        return obstacles_to(conversation, workspace.bot_name, self._translators.of(language))

    async def _connect(self, handler: CommandHandler, clients: Clients) -> None:
        """Sign in, and begin to take commands in."""
        make = self._maker(handler, clients.session)
        credentials, installations = self._settings.credentials, self._context.installations
        if credentials is None or installations is None:
            teams: Teams = await self._one(handler, clients.asking, make)
        else:
            count = await installations.survey()
            clock = self._context.clock
            teams = InstalledTeams(make, installations, clients.asking, credentials, clock)
            _log.info("Slack: the app is installed in %d workspaces", count)
        work = TaskGroup()
        nowhere = " / ".join(words.gettext(REMOVED) for words in self._translators.every())
        wiring = Wiring(teams, Dedupe(self._context.clock), work, self._patience, nowhere)
        # Each workspace has clients of its own; bolt's has no token.
        bare = clients_on(clients.session, self._settings.api_url, None).asking
        app = make_app(wiring, bare, self._settings.signing_secret)
        lines = None
        if self._settings.app_token is not None:
            lines = self._new_lines(app, clients, self._settings.app_token)
        self._desk = _Desk(teams, work, lines, app)
        if lines is not None and self._listens:
            await self._open(lines)

    def _maker(self, handler: CommandHandler, session: aiohttp.ClientSession) -> MakeWorkspace:
        """Return what makes workspaces, all of them on one session."""
        limits = INTERNAL if self._oauth is None else DISTRIBUTED

        def make(team: str, bot: str, bot_name: str, token: str) -> SlackWorkspace:
            clients = clients_on(session, self._settings.api_url, token)
            people = Directory(clients.asking, team, self._context.clock)
            replies = Replies(clients, self._translators, self._context.notes, self._sleep)
            pace = CallPacer(self._monotonic, self._sleep, limits)
            posts = SlackPosts(clients, self._translators, pace, team)
            return SlackWorkspace(
                team, bot, bot_name, handler, self._translators, clients, people, replies, posts
            )

        return make

    async def _one(
        self, handler: CommandHandler, asking: AsyncWebClient, make: MakeWorkspace
    ) -> OneTeam:
        """Return the workspace that the bot token opens."""
        try:
            signed_in = await answered(asking.auth_test())
        except SignedOut as error:
            raise _REMOVED from error
        team, bot = str(signed_in.get("team_id") or ""), str(signed_in.get("user") or "ainews")
        await handler.workspace_seen(PLATFORM, team, str(signed_in.get("team") or ""))
        user = str(signed_in.get("user_id") or "")
        workspace = make(team, user, bot, self._settings.bot_token or "")
        _log.info("Slack: signed in to %s as %s", signed_in.get("team"), bot)
        return OneTeam(workspace, partial(self._ended, _REMOVED))

    def _new_lines(self, app: AsyncApp, clients: Clients, token: str) -> Lines:
        async def open_url() -> str:
            data = await answered(clients.asking.apps_connections_open(app_token=token))
            return str(data.get("url") or "")

        deliver = partial(dispatch, app)
        return Lines(clients.session, open_url, deliver, self._ended, self._sleep)

    async def _open(self, lines: Lines) -> None:
        if self._end is None:
            return
        lines.start()
        up = asyncio.ensure_future(lines.connected())
        await asyncio.wait(
            {up, self._end}, timeout=self._timeout, return_when=asyncio.FIRST_COMPLETED
        )
        up.cancel()
        if self._end.done():
            # Refused before it began: the reason is raised from here.
            await self._end

    async def _events(self, request: HttpRequest) -> HttpResponse:
        """Answer Slack; before we are signed in, Slack is to try again."""
        desk, secret = self._desk, self._settings.signing_secret
        if desk is None or secret is None:
            return HttpResponse(503)
        return await answer(desk.app, secret, request)

    @asynccontextmanager
    async def _at(self, team: str) -> AsyncIterator[SlackWorkspace]:
        """Do something in a workspace; where its token turns out to be no longer good, say so."""
        desk = self._desk
        if desk is None:
            raise Retryable(_NOT_YET)
        workspace = await desk.teams.of(team)
        try:
            yield workspace
        except SignedOut:
            await desk.teams.refused(workspace.team)
            raise

    def _ended(self, error: Permanent) -> None:
        if self._end is not None and not self._end.done():
            self._end.set_exception(error)
            # Whoever waits is told; where nobody does, that is no fault.
            self._end.exception()
