"""The connection to Discord's gateway, kept up by discord.py and started again where it gave up."""

from __future__ import annotations

import asyncio
import logging
import math
import random
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.rest.rest import RestError
from adapters.discord.setup.settings import DiscordSettings
from bot.i18n.translator import N_
from bot.port.platform import Permanent, Retryable

_log = logging.getLogger(__name__)

OnInteraction = Callable[["discord.Interaction[Any]"], Awaitable[None]]
OnServer = Callable[[str, str], Awaitable[None]]
OnLogin = Callable[["Client"], Awaitable[None]]

_PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
"""Seconds before each further attempt to connect, each varied by a fifth; the last stays."""
_VARIED = 0.2
_CLOSING = 0.1
"""Seconds for Discord to say goodbye."""

# Close codes after which it is no use to connect again (documentation: "Gateway Close Codes").
_AUTHENTICATION_FAILED = 4004
_LASTING = frozenset({4010, 4011, 4012, 4013, 4014})

TOKEN_REFUSED = N_("Discord refuses the token.")
TOKEN_REMEDY = N_("Put the token from the page “Bot” of the developer portal in DISCORD_TOKEN.")
UNREACHABLE = N_("Discord cannot be reached.")
INTENTS_REFUSED = N_("Discord permanently refuses the connection.")
INTENTS_REMEDY = N_("Run ainews check; the log has Discord's reason.")

TEMPORARY = (
    OSError,
    TimeoutError,
    aiohttp.ClientError,
    discord.HTTPException,
    discord.GatewayNotFound,
    discord.ConnectionClosed,
)


def _joined(guild: discord.Guild) -> tuple[float, int]:
    moment = guild.me.joined_at if guild.me is not None else None
    return (moment.timestamp() if moment is not None else math.inf, guild.id)


class Client(discord.AutoShardedClient):
    """discord.py with the least it needs: servers and their channels, no members, no messages."""

    def __init__(
        self,
        on_interaction: OnInteraction,
        on_login: OnLogin,
        on_server: OnServer,
        trace: aiohttp.TraceConfig | None = None,
    ) -> None:
        """`on_login` is called whenever Discord took the token, before the gateway opens.

        `on_server` is told the id and name of each server that the bot is in, the one joined first
        before others. `trace` is told of all that the library asks over HTTP.
        """
        # The bot never speaks: discord.py need not warn that the libraries for that are missing.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            intents=discord.Intents(guilds=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            http_trace=trace or aiohttp.TraceConfig(),
        )
        self._on_interaction = on_interaction
        self._on_login = on_login
        self._on_server = on_server
        self._told: set[int] = set()
        self._telling = asyncio.Lock()

    async def setup_hook(self) -> None:
        """Let the commands be registered."""
        await self._on_login(self)

    async def on_ready(self) -> None:
        """Tell of the servers that the bot is in."""
        await self._tell_of_guilds()

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Tell of a server that invited the bot."""
        del guild
        await self._tell_of_guilds()

    async def on_guild_update(self, before: discord.Guild, after: discord.Guild) -> None:
        """Tell of a server's new name."""
        if before.name != after.name:
            await self._on_server(str(after.id), after.name)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Answer. Commands come before discord.py is ready: the servers are told of before."""
        await self._tell_of_guilds()
        await self._on_interaction(interaction)

    async def _tell_of_guilds(self) -> None:
        if self._told.issuperset(guild.id for guild in self.guilds):
            return
        async with self._telling:
            for guild in sorted(self.guilds, key=_joined):
                if guild.id not in self._told:
                    self._told.add(guild.id)
                    await self._on_server(str(guild.id), guild.name)


async def log_in(client: Client, settings: DiscordSettings) -> None:
    """Let Discord take the token, no more. Raises Permanent where it does not."""
    if settings.api_base is not None:
        Route.BASE = settings.api_base  # The library keeps one address a process.
    try:
        await client.login(settings.token)
    except discord.LoginFailure as error:
        raise Permanent(TOKEN_REFUSED, TOKEN_REMEDY) from error


async def opened(client: Client, opening: Awaitable[None]) -> None:
    """Wait until a connection is open. Where it fails, its client is closed.

    Raises Permanent, and Retryable where Discord cannot be reached.
    """
    try:
        await opening
    except (Permanent, RestError, *TEMPORARY) as error:
        await client.close()
        if isinstance(error, Permanent):
            raise
        _log.warning("Discord cannot be reached: %s", error)
        raise Retryable(UNREACHABLE) from error


class Gateway:
    """Keeps a client connected until it is told to stop, or Discord wants no more of it.

    A client that gave up cannot be used again, so each attempt has one of its own.
    """

    def __init__(self, make_client: Callable[[], Client], settings: DiscordSettings) -> None:
        self._make_client = make_client
        self._settings = settings
        self.client = make_client()
        """The one that is connected or about to be, with what it knows of servers."""
        self._running: asyncio.Task[None] | None = None
        self._closing = False

    @property
    def connected(self) -> bool:
        """Whether Discord is heard on every shard just now."""
        shards = self.client.shards.values()
        return self.client.is_ready() and not any(shard.is_closed() for shard in shards)

    async def start(self) -> None:
        """Log in, and stay connected in the background.

        Raises Permanent where the token is refused, Retryable where Discord cannot be reached.
        """
        if self.client.is_closed():
            self.client = self._make_client()
        await opened(self.client, log_in(self.client, self._settings))
        self._running = asyncio.create_task(self._run(), name="discord gateway")

    async def look_up(self, workspace: str) -> None:
        """Do nothing: Discord tells of each server and of what changes in it."""

    async def wait_closed(self) -> None:
        """Wait until the connection is over. Raises Permanent where somebody must mend it."""
        if self._running is not None:
            await asyncio.wait({self._running})
            if not self._running.cancelled():
                await self._running

    async def close(self) -> None:
        """Close the connection, at once."""
        if self._running is None:
            await self.client.http.close()  # where it was still logging in
            return
        self._closing = True
        closing = asyncio.create_task(self._close_client())
        await asyncio.wait({closing}, timeout=_CLOSING)
        if not closing.done():
            # Discord does not say goodbye.
            closing.cancel()
            await self.client.http.close()
        while not self._running.done():
            # discord.py swallows a cancellation that meets it while it connects again.
            self._running.cancel()
            await asyncio.wait({self._running}, timeout=_CLOSING)

    async def _run(self) -> None:
        attempt = 0
        while not self._closing:
            try:
                await self._connect()
                attempt = 0
            except Permanent:
                raise
            except TEMPORARY as error:
                _log.warning("Discord cannot be reached: %s", error)
            except Exception:  # noqa: BLE001 - the bot outlives whatever broke its connection
                _log.exception("the connection to Discord broke")
            if self._closing:
                return
            await self._close_client()
            pause = _PAUSES[min(attempt, len(_PAUSES) - 1)]
            attempt += 1
            await asyncio.sleep(pause * random.uniform(1 - _VARIED, 1 + _VARIED))  # noqa: S311 - to spread load
            self.client = self._make_client()

    async def _connect(self) -> None:
        """Stay connected. Raises Permanent where it is no use to try again."""
        if self.client.user is None:
            await log_in(self.client, self._settings)
        try:
            if self._settings.api_base is not None:
                # The library asks for the address only when it first connects, and returns to
                # Discord's own when a session is over.
                _, address, _ = await self.client.http.get_bot_gateway()
                DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(address)
            await self.client.connect()
        except discord.PrivilegedIntentsRequired as error:
            raise Permanent(INTENTS_REFUSED, INTENTS_REMEDY) from error
        except discord.ConnectionClosed as error:
            if error.code == _AUTHENTICATION_FAILED:
                raise Permanent(TOKEN_REFUSED, TOKEN_REMEDY) from error
            if error.code in _LASTING:
                _log.exception("Discord closed the gateway for good")
                raise Permanent(INTENTS_REFUSED, INTENTS_REMEDY) from error
            raise

    async def _close_client(self) -> None:
        if not self.client.is_closed():
            await self.client.close()
