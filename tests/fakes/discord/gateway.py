"""The gateway: sessions that can be dropped, resumed and called off, over real websockets."""

from __future__ import annotations

import asyncio
import json
import zlib
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.discord.world import DiscordWorld, Guild

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
AUTHENTICATION_FAILED = 4004


@dataclass(slots=True)
class GatewaySession:
    """What one identified client was sent, so that it can be sent again."""

    id: str
    shard: list[int]
    sequence: int = 0
    sent: list[str] = field(default_factory=list)
    socket: Socket | None = None


class Socket:
    """One websocket, compressed as the client asked."""

    def __init__(
        self, ws: web.WebSocketResponse, request: web.Request, *, compressed: bool
    ) -> None:
        self.ws = ws
        self._request = request
        self._zlib = zlib.compressobj() if compressed else None

    async def send(self, text: str) -> None:
        """Send a message; one that the client no longer takes is lost."""
        try:
            if self._zlib is None:
                await self.ws.send_str(text)
            else:
                data = self._zlib.compress(text.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH)
                await self.ws.send_bytes(data)
        except ConnectionError:
            pass

    def cut(self) -> None:
        """Cut the connection without a word."""
        if self._request.transport is not None:
            self._request.transport.abort()


class FakeGateway:
    """Every session there is. `identified` and `resumed` count what clients did."""

    def __init__(self, world: DiscordWorld, token: str) -> None:
        self._world = world
        self.token = token
        self.address = ""
        self.sessions: dict[str, GatewaySession] = {}
        self.identified = 0
        self.resumed = 0
        self.refusing = False
        self.refused = 0
        self.intents: list[int] = []
        self._changed = asyncio.Event()

    async def connected(self) -> None:
        """Wait until a client is identified and was sent its servers."""
        while not any(session.socket for session in self.sessions.values()):
            self._changed.clear()
            await self._changed.wait()

    async def resumed_times(self, times: int) -> None:
        """Wait until clients resumed so many times."""
        while self.resumed < times:
            self._changed.clear()
            await self._changed.wait()

    async def identified_times(self, times: int) -> None:
        """Wait until clients identified so many times."""
        while self.identified < times:
            self._changed.clear()
            await self._changed.wait()

    async def refused_once(self) -> None:
        """Wait until a client was turned away."""
        while not self.refused:
            self._changed.clear()
            await self._changed.wait()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection."""
        if self.refusing:
            self.refused += 1
            self._changed.set()
            return web.Response(status=503)
        ws = web.WebSocketResponse(max_msg_size=0)
        await ws.prepare(request)
        socket = Socket(ws, request, compressed=request.query.get("compress") == "zlib-stream")
        await socket.send(_packed(HELLO, {"heartbeat_interval": 41_250}))
        session: GatewaySession | None = None
        async for message in ws:
            if message.type is not WSMsgType.TEXT:
                break
            said = json.loads(message.data)
            match said["op"]:
                case 1:
                    await socket.send(_packed(ACK, None))
                case 2:
                    session = await self._identify(socket, said["d"])
                case 6:
                    session = await self._resume(socket, said["d"])
        if session is not None and session.socket is socket:
            session.socket = None
        return ws

    async def dispatch(self, event: str, data: Any, guild_id: str | None = None) -> None:
        """Send an event to the shard that it belongs to; one that is cut off gets it later."""
        for session in tuple(self.sessions.values()):
            number, count = session.shard
            if guild_id is None or (int(guild_id) >> 22) % count == number:
                await self._send(session, event, data)

    def cut(self) -> None:
        """Cut every connection; sessions can be resumed."""
        for session in self.sessions.values():
            if session.socket is not None:
                session.socket.cut()
                session.socket = None

    async def ask_to_reconnect(self) -> None:
        """Tell every client to connect again and resume."""
        for session in self.sessions.values():
            if session.socket is not None:
                socket, session.socket = session.socket, None
                await socket.send(_packed(RECONNECT, None))

    async def call_off(self) -> None:
        """Tell every client that its session is over."""
        sessions, self.sessions = self.sessions, {}
        for session in sessions.values():
            if session.socket is not None:
                await session.socket.send(_packed(INVALID, data=False))

    async def close(self, code: int = 1000) -> None:
        """Close every connection with a code."""
        for session in self.sessions.values():
            if session.socket is not None:
                socket, session.socket = session.socket, None
                await socket.ws.close(code=code)

    async def _identify(self, socket: Socket, data: Any) -> GatewaySession | None:
        if data["token"] != self.token:
            await socket.ws.close(code=AUTHENTICATION_FAILED)
            return None
        self.intents.append(data["intents"])
        session = GatewaySession(
            self._world.snowflake(), data.get("shard") or [0, 1], socket=socket
        )
        self.sessions[session.id] = session
        guilds = [guild for guild in self._world.guilds.values() if guild.joined]
        ready = {
            "v": 10,
            "user": self._world.bot.payload(),
            "guilds": [{"id": guild.id, "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.address,
            "shard": session.shard,
            "application": {"id": self._world.application_id, "flags": 0},
        }
        await self._send(session, "READY", ready)
        for guild in guilds:
            await self._send(session, "GUILD_CREATE", guild_payload(self._world, guild))
        self.identified += 1
        self._changed.set()
        return session

    async def _resume(self, socket: Socket, data: Any) -> GatewaySession | None:
        session = self.sessions.get(data["session_id"])
        if session is None:
            await socket.send(_packed(INVALID, data=False))
            return None
        session.socket = socket
        for text in session.sent[data["seq"] :]:
            await socket.send(text)
        await self._send(session, "RESUMED", {})
        self.resumed += 1
        self._changed.set()
        return session

    async def _send(self, session: GatewaySession, event: str, data: Any) -> None:
        session.sequence += 1
        text = json.dumps({"op": DISPATCH, "t": event, "s": session.sequence, "d": data})
        session.sent.append(text)
        if session.socket is not None:
            await session.socket.send(text)


def _packed(op: int, data: Any) -> str:
    return json.dumps({"op": op, "d": data, "s": None, "t": None})


def role_payload(guild: Guild, number: str) -> dict[str, Any]:
    """Return a role as Discord sends it."""
    return {
        "id": number,
        "name": guild.role_names.get(number, "role"),
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": 0 if number == guild.id else 1,
        "permissions": str(guild.roles[number]),
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def member_payload(world: DiscordWorld, guild: Guild, user_id: str) -> dict[str, Any]:
    """Return a member as Discord sends it."""
    return {
        "user": world.users[user_id].payload(),
        "nick": None,
        "avatar": None,
        "roles": guild.members.get(user_id, []),
        "joined_at": world.joined_at.get(guild.id, "2025-01-01T00:00:00+00:00"),
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "premium_since": None,
        "communication_disabled_until": None,
    }


def guild_payload(world: DiscordWorld, guild: Guild) -> dict[str, Any]:
    """Return a server as Discord sends it when the gateway opens."""
    guild.told_roles = set(guild.roles)
    channels = [world.channels[number] for number in guild.channels]
    seen = [channel for channel in channels if not channel.deleted]
    return {
        "id": guild.id,
        "name": guild.name,
        "icon": None,
        "owner_id": guild.owner_id,
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "roles": [role_payload(guild, number) for number in guild.roles],
        "emojis": [],
        "stickers": [],
        "features": [],
        "mfa_level": 0,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "preferred_locale": "en-US",
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "nsfw_level": 0,
        "joined_at": "2025-01-01T00:00:00+00:00",
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "voice_states": [],
        "members": [member_payload(world, guild, world.bot.id)],
        "channels": [channel.payload() for channel in seen if not channel.is_thread],
        "threads": [
            channel.payload() for channel in seen if channel.is_thread and not channel.archived
        ],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }
