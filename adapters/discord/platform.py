"""Discord as a platform: commands come in by the gateway or by calls, cards go out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import discord

from adapters.discord.cards.cards import ENTRIES_PER_MESSAGE
from adapters.discord.cards.typed import TypedCommands
from adapters.discord.gateway import TEMPORARY, Client, Gateway
from adapters.discord.https.calls import Calls
from adapters.discord.interactions.answers import USUAL, CommandRunner, Patience
from adapters.discord.interactions.context import Interaction
from adapters.discord.posts import NAME, Destinations, DiscordPosts, place_of_channel
from adapters.discord.rest.errors import platform_error
from adapters.discord.rest.messages import Messages
from adapters.discord.rest.pace import TIMER, Timer
from adapters.discord.rest.rest import Answered, Rest, RestError
from adapters.discord.setup.commands import command_payload, register
from adapters.discord.setup.permissions import may_see, obstacles
from adapters.discord.setup.settings import DiscordSettings
from adapters.http.counting import counted
from bot.i18n.translator import Translators
from bot.port.invocation import Asker, Role
from bot.port.platform import (
    DRAINING,
    CommandHandler,
    KnownName,
    Permanent,
    PlatformContext,
    PlatformError,
)
from bot.port.service import Route
from bot.port.text import one_line
from store.model import ChannelRef

_log = logging.getLogger(__name__)


_PRIVATE_THREAD = discord.ChannelType.private_thread.value

_LOOKED_UP = 20
"""Servers of which channels are named in one answer, where each must be asked for."""


class DiscordPlatform(DiscordPosts):
    """One bot on Discord. Made without I/O; everything begins with `start`."""

    name = NAME
    entries_per_message = ENTRIES_PER_MESSAGE

    def __init__(
        self,
        settings: DiscordSettings,
        context: PlatformContext,
        patience: Patience = USUAL,
        ticker: Timer = TIMER,
    ) -> None:
        """`patience` is how long answers are waited for, `ticker` the clock of pauses."""
        self._settings = settings
        self._context = context
        self._translators = Translators(context.language)
        self._patience = patience
        self._rest = Rest(settings, ticker, counted(partial(context.answered, NAME)))
        self._connection: Gateway | Calls
        self.routes: Sequence[Route] = ()
        """Where Discord calls; with the gateway nowhere."""
        if settings.public_key is None:
            self._connection = Gateway(self._make_client, settings)
        else:
            # Who opens the gateway does without the library of signatures, and its 8 MB.
            from adapters.discord.https.endpoint import Endpoint  # noqa: PLC0415 - see above

            calls = self._connection = Calls(
                self._make_client,
                self._rest,
                settings,
                on_call=self._on_interaction,
                on_server=self._on_server,
                seconds=ticker.now,
            )
            self.routes = Endpoint(settings.public_key, context.clock, calls.take_in).routes
        self._places = Destinations(
            lambda: self._connection.client,
            self._rest,
            self._connection.look_up,
            context.notes if self.routes else None,
        )
        self._messages = Messages(self._rest, ticker)
        self._typed = TypedCommands(self._translators)
        super().__init__(self._messages, self._places, self._translators, self._typed)
        self._handler: CommandHandler | None = None
        self._answers: CommandRunner | None = None
        self._payload: list[dict[str, Any]] = []
        self._under_way: set[asyncio.Task[Any]] = set()
        self._registering: asyncio.Task[None] | None = None

    async def start(self, handler: CommandHandler) -> None:
        """Connect, and answer commands from now on.

        Raises Permanent where the token is refused, Retryable where Discord cannot be reached.
        """
        self._handler = handler
        self._payload = command_payload(handler.commands, self._translators)
        self._typed.commands = handler.commands
        self._answers = CommandRunner(
            handler,
            self._translators,
            self._patience,
            self._typed,
            notes=self._context.notes,
            look_up=self._look_up,
        )
        try:
            await self._connection.start()
        except PlatformError:
            await self._rest.close()
            raise

    @property
    def connected(self) -> bool:
        """Whether the gateway is open, or calls are answered."""
        return self._connection.connected

    async def wait_closed(self) -> None:
        """Wait until nothing more can come in. Raises Permanent."""
        await self._connection.wait_closed()

    async def close(self) -> None:
        """Stop taking commands in; let answers that are nearly done be given."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=DRAINING)
            for task in tuple(self._under_way):
                task.cancel()
        if self._registering is not None:
            self._registering.cancel()
            await asyncio.wait({self._registering})
        parts = (self._connection, self._messages, self._rest)
        await asyncio.gather(*(part.close() for part in parts))

    async def names(
        self, channels: Sequence[ChannelRef], asker: Asker | None
    ) -> Mapping[ChannelRef, str]:
        """Return the names of the channels that somebody sees.

        A deleted one has none, and is there for those who manage the server.
        """
        for workspace in sorted({ref.workspace for ref in channels})[:_LOOKED_UP]:
            await self._look_up(workspace)
        names = [await self._name(ref, asker) for ref in channels]
        return {ref: name for ref, name in zip(channels, names, strict=True) if name is not None}

    async def _name(self, ref: ChannelRef, asker: Asker | None) -> str | None:
        """Return the name of a channel, None where somebody may not know of it."""
        channel, private = self._places.known(ref.workspace, ref.id), False
        name = channel.name if channel is not None else ""
        if channel is None and ref.workspace and ref.id.isdecimal():
            try:
                told = await self._places.untold(ref.id)
            except RestError as error:
                # It may be a private thread that the bot was removed from.
                _log.warning("nobody knows what channel %s is called: %s", ref.id, error)
                return "" if asker is None else None
            if told is not None:
                name, private = str(told["name"]), told["type"] == _PRIVATE_THREAD
                channel = self._places.known(ref.workspace, str(told.get("parent_id") or ""))
        shown = f"#{one_line(name)}" if name else ""
        if asker is None:
            return shown
        if channel is None:
            return "" if not name and Role.ADMIN in asker.roles else None
        sees = may_see(channel, int(asker.actor.id or 0), asker.groups, private=private)
        return shown if sees else None

    async def who_is(self, workspace: str, identifier: str, *, group: bool) -> KnownName | None:
        """Return who is meant by an id. Discord lets only those be picked whom it knows."""
        if not (identifier.isascii() and identifier.isdecimal()):
            return None
        await self._look_up(workspace)
        guild = self._connection.client.get_guild(int(workspace or 0))
        if group:
            role = guild.get_role(int(identifier)) if guild is not None else None
            return KnownName(one_line(role.name)) if role is not None else None
        member = guild.get_member(int(identifier)) if guild is not None else None
        return KnownName(one_line(member.display_name) if member is not None else "")

    async def obstacles(self, channel: ChannelRef, language: str) -> Sequence[str]:
        """Say, a sentence each, what would keep posts from this channel."""
        words = self._translators.of(language)
        await self._look_up(channel.workspace)
        known = self._places.known(channel.workspace, channel.id)
        if known is not None and known.guild.me is not None:
            permissions = known.permissions_for(known.guild.me)
            return obstacles(place_of_channel(known), permissions, words)
        try:
            # Not among what the gateway told: a private thread, or a channel that is hidden.
            place = await self._places.find(channel.workspace, channel.id)
        except Answered as error:
            said = platform_error(error, creates=False)
            if isinstance(said, Permanent):
                return [f"{words.gettext(said.reason)} {words.gettext(said.remedy)}".strip()]
            return ()
        except RestError:
            return ()
        return obstacles(place, discord.Permissions.all(), words)

    async def _look_up(self, workspace: str) -> None:
        """Let a server be known; where Discord does not say, what is unknown stays so."""
        try:
            await self._connection.look_up(workspace)
        except RestError as error:
            _log.warning("server %s could not be looked up: %s", workspace, error)

    def _make_client(self) -> Client:
        def answered(status: int) -> None:
            self._rest.passed()
            self._context.answered(NAME, status)

        return Client(self._on_interaction, self._on_login, self._on_server, counted(answered))

    async def _on_server(self, server: str, name: str) -> None:
        if self._handler is not None:
            await self._handler.workspace_seen(NAME, server, name)

    async def _on_interaction(self, interaction: Interaction) -> None:
        task = asyncio.current_task()
        if self._answers is None or task is None:
            return
        self._under_way.add(task)
        try:
            await self._answers(interaction)
        finally:
            self._under_way.discard(task)

    async def _on_login(self, client: Client) -> None:
        """Let the commands be registered, which posts name by their ids.

        Where Discord takes its time, or says to come later, posts do not wait for that.
        """
        if self._registering is not None:
            self._registering.cancel()
        self._registering = asyncio.create_task(self._register(client))
        await asyncio.wait({self._registering}, timeout=self._patience.answer)

    async def _register(self, client: Client) -> None:
        """Register the commands where they changed. The bot runs on even where that fails."""
        application_id = client.application_id
        if application_id is None:
            return
        try:
            self._typed.root = await register(
                client, application_id, self._payload, self._settings.guild_ids, self._context.notes
            )
        except (*TEMPORARY, RuntimeError) as error:  # the latter: the client was closed meanwhile
            _log.error("the commands could not be registered: %s", error)
