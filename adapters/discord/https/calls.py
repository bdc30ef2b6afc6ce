"""What Discord calls for is answered, without a gateway, by each process that is called.

The answer goes back by Discord's API, as after the gateway; the call itself is held until the
first answer is given. So a process that dies while it works breaks the connection, and a balancer
may ask another. What changes something is done once, whoever is asked (`Invocation.delivery`).
What there is to know of a server, Discord is asked for when it is needed.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any

import discord

from adapters.discord.gateway import Client, OnServer, log_in, opened
from adapters.discord.rest.rest import Answered, Call, Rest, RestError, having, listed
from adapters.discord.setup.settings import DiscordSettings
from bot.i18n.translator import N_
from bot.port.platform import Permanent
from bot.port.service import HttpResponse

_log = logging.getLogger(__name__)

FRESH = 60.0
"""Seconds for which what Discord said of a server holds."""

_KEPT = 500
"""Servers that are remembered; the one that was needed longest ago goes first."""

_PAGE = 200
"""Servers in one answer."""

_ASKED = 100
"""Up to so many new servers are asked when they were joined: one request each."""

_GONE = frozenset({403, 404})


class Servers:
    """Servers with their roles and channels, put where discord.py keeps what a gateway tells."""

    def __init__(
        self, client: Callable[[], discord.Client], rest: Rest, seconds: Callable[[], float]
    ) -> None:
        """`seconds` is the clock by which what was learnt grows old."""
        self._client = client
        self._rest = rest
        self._seconds = seconds
        self._asked: OrderedDict[str, float] = OrderedDict()
        self._asking: dict[str, asyncio.Task[None]] = {}

    async def look_up(self, workspace: str) -> None:
        """Let discord.py know a server as it is now. One that the bot is not in is forgotten.

        Raises RestError where Discord does not say.
        """
        if not workspace.isdecimal() or self._is_fresh(workspace):
            return
        task = self._asking.get(workspace)
        if task is None:
            task = self._asking[workspace] = asyncio.create_task(self._ask(workspace))
            task.add_done_callback(lambda _: self._asking.pop(workspace, None))
        await asyncio.shield(task)

    def expire(self, workspace: str) -> None:
        """Forget what was learnt of a server too long ago: what comes in says it anew."""
        if workspace in self._asked and not self._is_fresh(workspace):
            del self._asked[workspace]
            self._forget(workspace)

    async def joined(self) -> Sequence[tuple[str, str]]:
        """Return the servers that the bot is in, each with its name. Raises RestError."""
        found: list[tuple[str, str]] = []
        query = {"limit": str(_PAGE)}
        while True:
            page = listed(await self._rest(Call("GET", "/users/@me/guilds", query=query)))
            found += [(str(one["id"]), str(one.get("name", ""))) for one in page]
            if len(page) < _PAGE:
                return found
            query = {"limit": str(_PAGE), "after": found[-1][0]}

    async def by_joining(self, servers: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
        """Return servers as the bot joined them; very many in the order in which they were made.

        Raises RestError.
        """
        if not 1 < len(servers) <= _ASKED:
            return servers
        moments = await asyncio.gather(*(self._joined_at(server) for server, _ in servers))
        order = sorted(zip(moments, servers, strict=True), key=lambda pair: pair[0])
        return [server for _, server in order]

    def _is_fresh(self, workspace: str) -> bool:
        asked = self._asked.get(workspace, -math.inf)
        return self._seconds() - asked < FRESH

    async def _joined_at(self, server: str) -> float:
        try:
            member = await self._me(server)
        except Answered as error:
            if error.status not in _GONE:
                raise
            return math.inf
        return datetime.fromisoformat(str(member["joined_at"])).timestamp()

    async def _ask(self, workspace: str) -> None:
        try:
            guild = await self._about(workspace)
        except Answered as error:
            if error.status not in _GONE:
                raise
            _log.info("the bot is not in server %s", workspace)
            self._forget(workspace)
        else:
            # As if the gateway had told: all that asks for servers, roles and channels finds them.
            self._client()._connection._add_guild_from_data(guild)  # type: ignore[arg-type] # noqa: SLF001 - no public way
        self._asked[workspace] = self._seconds()
        self._asked.move_to_end(workspace)
        while len(self._asked) > _KEPT:
            self._forget(self._asked.popitem(last=False)[0])

    async def _about(self, server: str) -> Mapping[str, Any]:
        """Return a server as the gateway would tell of it. Raises RestError."""
        guild, channels, threads, me = await asyncio.gather(
            self._get("/guilds/{guild}", server),
            self._get("/guilds/{guild}/channels", server),
            self._get("/guilds/{guild}/threads/active", server),
            self._me(server),
        )
        return {
            **having(guild, "id", "roles"),
            "emojis": [],
            "stickers": [],
            "channels": listed(channels),
            "threads": listed(having(threads, "threads")["threads"]),
            "members": [me],
        }

    async def _me(self, server: str) -> dict[str, Any]:
        me = self._client().user
        if me is None:
            raise RuntimeError("not logged in")
        path = "/guilds/{guild}/members/{user}"
        call = Call("GET", path, {"guild": server, "user": str(me.id)}, major=server)
        return having(await self._rest(call), "joined_at")

    async def _get(self, path: str, server: str) -> Any:
        return await self._rest(Call("GET", path, {"guild": server}, major=server))

    def _forget(self, workspace: str) -> None:
        guild = self._client().get_guild(int(workspace))
        if guild is not None:
            self._client()._connection._remove_guild(guild)  # noqa: SLF001 - see `_ask`


HELD = 2.5
"""Seconds that a call is held at most; Discord wants an answer within three."""

OTHER_KEY = N_("DISCORD_PUBLIC_KEY is not the key of the application whose token the bot has.")
OTHER_KEY_REMEDY = N_(
    "Copy “Public Key” from the page “General Information” of the developer portal."
)

_KINDS = frozenset({1, 3, 10, 11, 12})
"""Direct messages and threads: what a channel must be known as. Any other is as a text channel."""

_PARTS = {"position": 0, "owner_id": "0", "message_count": 0, "member_count": 0}
"""What discord.py wants of a channel, and Discord may leave out of a call. Nobody looks at it."""

OnCall = Callable[["discord.Interaction[Any]"], Coroutine[Any, Any, None]]


class Calls:
    """A bot that is logged in and opens no gateway."""

    def __init__(
        self,
        make_client: Callable[[], Client],
        rest: Rest,
        settings: DiscordSettings,
        *,
        on_call: OnCall,
        on_server: OnServer,
        seconds: Callable[[], float],
    ) -> None:
        """`on_call` answers; `on_server` is told the id and name of each server. Neither raises.

        `seconds` is the clock by which what was learnt of servers grows old.
        """
        self._make_client = make_client
        self.client = make_client()
        self._settings = settings
        self._on_call = on_call
        self._on_server = on_server
        self._servers = Servers(lambda: self.client, rest, seconds)
        self.look_up = self._servers.look_up
        self._told: set[str] = set()
        self._telling = asyncio.Lock()
        self._closed = asyncio.Event()
        self.connected = False

    async def start(self) -> None:
        """Log in, and tell of the servers that the bot is in.

        Raises Permanent where the token is refused or the public key is another's, Retryable
        where Discord cannot be reached.
        """
        if self.client.is_closed():
            self.client = self._make_client()
        await opened(self.client, self._open())
        self.connected = True

    async def wait_closed(self) -> None:
        """Wait until it is closed."""
        await self._closed.wait()

    async def close(self) -> None:
        """Answer no more."""
        if self.connected:
            self.connected = False
            self._closed.set()
            await self.client.close()

    async def take_in(self, payload: dict[str, Any]) -> HttpResponse:
        """Answer what Discord asks for."""
        if not self.connected:
            return HttpResponse(503)
        workspace = str(payload.get("guild_id") or "")
        self._servers.expire(workspace)
        try:
            interaction = self._interaction(payload)
        except (KeyError, TypeError, ValueError, AttributeError):
            _log.exception("a call of Discord cannot be understood")
            return HttpResponse(400)
        if workspace and workspace not in self._told:
            await self._meet(workspace)
        await asyncio.wait({asyncio.create_task(self._on_call(interaction))}, timeout=HELD)
        # The answer went by the API: Discord waits for none here.
        return HttpResponse(202)

    async def _open(self) -> None:
        await self._log_in()
        self._check_key()
        await self._tell_of_servers()

    async def _log_in(self) -> None:
        """Log in, without the warning that no commands come by the gateway: so it is meant."""
        log = logging.getLogger("discord.client")
        log.addFilter(_is_news)
        try:
            await log_in(self.client, self._settings)
        finally:
            log.removeFilter(_is_news)

    def _check_key(self) -> None:
        """Raise Permanent where all that Discord signs would be refused."""
        application = self.client.application
        if application is not None and application.verify_key != self._settings.public_key:
            raise Permanent(OTHER_KEY, OTHER_KEY_REMEDY)

    def _interaction(self, payload: dict[str, Any]) -> discord.Interaction[Any]:
        """Return what came in as discord.py makes it. Raises what that raises for what is none."""
        channel = payload.get("channel")
        made: Any = {**payload, "channel": _whole(channel)} if channel else payload
        state: Any = self.client._connection  # noqa: SLF001 - as discord.py makes a gateway's
        interaction = discord.Interaction[Any](data=made, state=state)
        if not interaction.user:
            raise ValueError("nobody asks")
        return interaction

    async def _meet(self, workspace: str) -> None:
        """Tell of the servers that invited the bot meanwhile: that there are some shows here."""
        try:
            await self._tell_of_servers()
        except RestError as error:
            _log.warning("Discord does not say which servers the bot is in: %s", error)
        else:
            self._told.add(workspace)

    async def _tell_of_servers(self) -> None:
        """Tell of each server once, of the one joined first before others. Raises RestError."""
        async with self._telling:
            joined = await self._servers.joined()
            new = [one for one in joined if one[0] not in self._told]
            for server, name in await self._servers.by_joining(new):
                await self._on_server(server, name)
                self._told.add(server)


def _is_news(record: logging.LogRecord) -> bool:
    return "interaction endpoint URL" not in str(record.msg)


def _whole(channel: Mapping[str, Any]) -> dict[str, Any]:
    """Return a channel of which Discord sent a part, as discord.py takes channels."""
    kind = channel.get("type")
    return {**_PARTS, **channel, "type": kind if kind in _KINDS else 0}
