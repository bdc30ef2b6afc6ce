"""What is known of servers without a gateway: Discord is asked when it is needed."""

from __future__ import annotations

import asyncio
import logging
import math
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import discord

from adapters.discord.rest.rest import Answered, Call, Rest, having, listed

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
