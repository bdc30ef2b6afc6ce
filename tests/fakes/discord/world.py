"""What there is on the fake Discord: servers, channels, people, messages."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

EPOCH = 1_420_070_400_000
"""Discord's epoch in Unix milliseconds."""

TEXT, DM, ANNOUNCEMENT, PUBLIC_THREAD, PRIVATE_THREAD, FORUM, VOICE = 0, 1, 5, 11, 12, 15, 2

VIEW = 1 << 10
SEND = 1 << 11
EMBED = 1 << 14
HISTORY = 1 << 16
MANAGE_MESSAGES = 1 << 13
MANAGE_CHANNELS = 1 << 4
MANAGE_GUILD = 1 << 5
ADMINISTRATOR = 1 << 3
CREATE_THREADS = 1 << 35
SEND_IN_THREADS = 1 << 38
MEMBER_PERMISSIONS = VIEW | SEND | EMBED | HISTORY | CREATE_THREADS | SEND_IN_THREADS
EVERYTHING = (1 << 50) - 1


@dataclass(slots=True)
class FakeDiscordChannel:
    """A channel. `overwrites` say what a role or a person may and may not do: (allow, deny)."""

    id: str
    guild_id: str | None
    kind: int
    name: str
    parent_id: str | None = None
    owner_id: str | None = None
    tags: list[dict[str, Any]] = field(default_factory=list)
    flags: int = 0
    applied_tags: list[str] = field(default_factory=list)
    archived: bool = False
    locked: bool = False
    deleted: bool = False
    overwrites: dict[str, tuple[int, int]] = field(default_factory=dict)
    roles: Mapping[str, int] = field(default_factory=dict, repr=False)
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def is_thread(self) -> bool:
        """Whether it lies in another channel."""
        return self.kind in {10, 11, 12}

    def payload(self) -> dict[str, Any]:
        """Return it as Discord sends it."""
        payload: dict[str, Any] = {
            "id": self.id,
            "type": self.kind,
            "name": self.name,
            "flags": self.flags,
        }
        if self.guild_id is not None:
            payload["guild_id"] = self.guild_id
        if self.is_thread:
            return payload | {
                "parent_id": self.parent_id,
                "owner_id": self.owner_id or "1",
                "applied_tags": self.applied_tags,
                "message_count": len(self.messages),
                "member_count": 1,
                "rate_limit_per_user": 0,
                "thread_metadata": {
                    "archived": self.archived,
                    "locked": self.locked,
                    "auto_archive_duration": 10080,
                    "archive_timestamp": "2026-01-01T00:00:00+00:00",
                    "create_timestamp": "2026-01-01T00:00:00+00:00",
                },
            }
        return payload | {
            "position": 0,
            "nsfw": False,
            "topic": None,
            "rate_limit_per_user": 0,
            "permission_overwrites": [
                {
                    "id": who,
                    "type": int(who not in self.roles),
                    "allow": str(allow),
                    "deny": str(deny),
                }
                for who, (allow, deny) in self.overwrites.items()
            ],
            **({"available_tags": self.tags} if self.kind == FORUM else {}),
        }


@dataclass(slots=True)
class Guild:
    """A server: its roles with their permissions, its members with their roles."""

    id: str
    name: str
    roles: dict[str, int] = field(default_factory=dict)
    role_names: dict[str, str] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    channels: list[str] = field(default_factory=list)
    joined: bool = True
    owner_id: str = "1"
    told_roles: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class User:
    """A person or the bot."""

    id: str
    name: str
    bot: bool = False

    def payload(self) -> dict[str, Any]:
        """Return it as Discord sends it."""
        return {
            "id": self.id,
            "username": self.name,
            "discriminator": "0",
            "global_name": self.name,
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
        }


class DiscordWorld:
    """Everything there is. The bot is a member of each server that is made here."""

    def __init__(self, seconds: Callable[[], float] = time.time) -> None:
        self._seconds = seconds
        self._count = itertools.count()
        self.users: dict[str, User] = {}
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, FakeDiscordChannel] = {}
        self.joined_at: dict[str, str] = {}
        self.bot = self.user("AI News", bot=True)
        self.application_id = self.bot.id
        self.application: dict[str, Any] = {
            "id": self.application_id,
            "name": "AI News",
            "icon": None,
            "description": "",
            "bot_public": False,
            "bot_require_code_grant": False,
            "verify_key": "",
            "flags": 0,
            "team": None,
            "summary": "",
            "owner": self.user("owner").payload(),
            "interactions_endpoint_url": None,
        }

    def snowflake(self) -> str:
        """Return a new id, by the time."""
        milliseconds = int(self._seconds() * 1000) - EPOCH
        return str((milliseconds << 22) | (next(self._count) & 0x3FFFFF))

    def user(self, name: str, *, bot: bool = False) -> User:
        """Make a person."""
        user = User(self.snowflake(), name, bot)
        self.users[user.id] = user
        return user

    def guild(self, name: str = "Server") -> Guild:
        """Make a server in which the bot and everybody may read and write."""
        number = self.snowflake()
        guild = Guild(number, name, {number: MEMBER_PERMISSIONS}, {number: "@everyone"})
        self.guilds[number] = guild
        guild.members[self.bot.id] = []
        return guild

    def role(self, guild: Guild, name: str, permissions: int = 0) -> str:
        """Make a role and return its id."""
        number = self.snowflake()
        guild.roles[number] = permissions
        guild.role_names[number] = name
        return number

    def channel(
        self,
        guild: Guild,
        name: str,
        kind: int = TEXT,
        *,
        parent: FakeDiscordChannel | None = None,
        number: str | None = None,
    ) -> FakeDiscordChannel:
        """Make a channel."""
        parent_id = parent.id if parent else None
        channel = FakeDiscordChannel(
            number or self.snowflake(), guild.id, kind, name, parent_id, roles=guild.roles
        )
        self.channels[channel.id] = channel
        guild.channels.append(channel.id)
        return channel

    def dm(self, user: User) -> FakeDiscordChannel:
        """Return the direct messages between somebody and the bot."""
        for channel in self.channels.values():
            if channel.kind == DM and channel.owner_id == user.id:
                return channel
        channel = FakeDiscordChannel(self.snowflake(), None, DM, "", owner_id=user.id)
        self.channels[channel.id] = channel
        return channel

    def permissions(self, user_id: str, channel: FakeDiscordChannel) -> int:
        """Return what somebody may do in a channel, by roles and overwrites."""
        if channel.guild_id is None:
            return MEMBER_PERMISSIONS
        guild = self.guilds[channel.guild_id]
        if user_id not in guild.members:
            return 0
        roles = [guild.id, *guild.members[user_id]]
        permissions = 0
        for role in roles:
            permissions |= guild.roles.get(role, 0)
        if permissions & ADMINISTRATOR:
            return EVERYTHING
        source = (
            self.channels[channel.parent_id] if channel.is_thread and channel.parent_id else channel
        )
        for who in (*roles, user_id):
            allow, deny = source.overwrites.get(who, (0, 0))
            permissions = (permissions & ~deny) | allow
        return permissions if permissions & VIEW else 0

    def add_message(
        self,
        channel: FakeDiscordChannel,
        author: User,
        body: Mapping[str, Any],
        number: str | None = None,
    ) -> dict[str, Any]:
        """Put a message in a channel."""
        message: dict[str, Any] = {
            "id": number or self.snowflake(),
            "channel_id": channel.id,
            "author": author.payload(),
            "content": body.get("content") or "",
            "timestamp": "2026-01-01T00:00:00+00:00",
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": body.get("embeds") or [],
            "components": body.get("components") or [],
            "flags": body.get("flags") or 0,
            "pinned": False,
            "type": 0,
        }
        channel.messages[message["id"]] = message
        return message
