"""What kind of channel a channel is, which decides how a post gets there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from typing import Any

import discord

from adapters.discord.rest.errors import UNKNOWN_CHANNEL
from adapters.discord.rest.rest import Answered, Rest, channel_call, having
from bot.port.notes import Notes

_TAG_NAMES = ("ai news", "ainews", "ai 뉴스", "news", "뉴스", "digest", "소식")
"""Forum tags that a digest belongs under, by name; the first that the forum has is used."""

_REQUIRES_TAG = 1 << 4


class DestinationKind(Enum):
    """How a channel takes a post."""

    TEXT = auto()
    """As a message."""
    ANNOUNCEMENT = auto()
    """As a message, which is then published to the servers that follow."""
    FORUM = auto()
    """As a thread of its own."""
    THREAD = auto()
    """As a message in the thread."""
    OTHER = auto()
    """Not at all: a voice channel, a category."""


_KINDS = {
    0: DestinationKind.TEXT,
    1: DestinationKind.TEXT,
    5: DestinationKind.ANNOUNCEMENT,
    10: DestinationKind.THREAD,
    11: DestinationKind.THREAD,
    12: DestinationKind.THREAD,
    15: DestinationKind.FORUM,
    16: DestinationKind.FORUM,
}


@dataclass(frozen=True, slots=True)
class Destination:
    """A channel, as far as posting needs it. `tags` are names and ids that everybody may use."""

    kind: DestinationKind
    tags: tuple[tuple[str, str], ...] = ()
    requires_tag: bool = False

    @property
    def tag(self) -> str | None:
        """The tag for a digest: one that is named for it, else any where one is required."""
        by_name = {name.casefold().strip(): tag for name, tag in reversed(self.tags)}
        named = next((by_name[name] for name in _TAG_NAMES if name in by_name), None)
        if named is None and self.requires_tag and self.tags:
            return self.tags[0][1]
        return named


def place_of_channel(channel: discord.abc.GuildChannel | discord.Thread) -> Destination:
    """Return what is known of a channel from the gateway."""
    kind = _KINDS.get(channel.type.value, DestinationKind.OTHER)
    if not isinstance(channel, discord.ForumChannel):
        return Destination(kind)
    tags = ((tag.name, str(tag.id)) for tag in channel.available_tags if not tag.moderated)
    return Destination(kind, tuple(tags), channel.flags.require_tag)


def place_of_payload(channel: Mapping[str, Any]) -> Destination:
    """Return what Discord says of a channel when it is asked."""
    kind = _KINDS.get(channel.get("type", -1), DestinationKind.OTHER)
    tags = (
        (str(tag["name"]), str(tag["id"]))
        for tag in channel.get("available_tags") or ()
        if not tag.get("moderated")
    )
    return Destination(kind, tuple(tags), bool(int(channel.get("flags") or 0) & _REQUIRES_TAG))


_REMEMBERED = timedelta(days=7)
"""For how long a channel keeps its kind, where no gateway tells that it changed."""

_LASTING = frozenset({DestinationKind.TEXT, DestinationKind.ANNOUNCEMENT, DestinationKind.THREAD})
"""Kinds that are all there is to know; a forum has its tags, which change."""


class Destinations:
    """Finds channels: in what the gateway told, else by asking."""

    def __init__(
        self,
        client: Callable[[], discord.Client],
        rest: Rest,
        look_up: Callable[[str], Awaitable[None]],
        notes: Notes | None = None,
    ) -> None:
        """`look_up` lets a server be known where the gateway is not open. It raises RestError.

        There, the kinds of channels are kept in `notes`, so that a post is one request; None: the
        gateway knows best.
        """
        self._client = client
        self._rest = rest
        self._look_up = look_up
        self._notes = notes

    def known(
        self, workspace: str, channel: str
    ) -> discord.abc.GuildChannel | discord.Thread | None:
        """Return a channel that the gateway told of, or None."""
        guild = self._client().get_guild(int(workspace)) if workspace.isdecimal() else None
        if guild is None or not channel.isdecimal():
            return None
        return guild.get_channel_or_thread(int(channel))

    async def untold(self, channel: str) -> Mapping[str, Any] | None:
        """Return what Discord says of a channel that the gateway does not tell of, None: none.

        Archived threads are such. Raises RestError where the bot may not see it, or Discord cannot
        say.
        """
        try:
            return having(await self._rest(channel_call("GET", "", channel)), "type", "name")
        except Answered as error:
            if error.code == UNKNOWN_CHANNEL:
                return None
            raise

    async def history_hidden(self, workspace: str, channel: str) -> bool:
        """Whether the bot may not read what was posted: Discord then answers with nothing.

        Raises RestError where that cannot be known.
        """
        await self._look_up(workspace)
        known = self.known(workspace, channel)
        if known is None or known.guild.me is None:
            return False
        permissions = known.permissions_for(known.guild.me)
        return permissions.view_channel and not permissions.read_message_history

    async def find(self, workspace: str, channel: str) -> Destination:
        """Return what kind of channel it is; one of no server is somebody's. Raises RestError."""
        if not workspace:
            return Destination(DestinationKind.TEXT)
        known = self.known(workspace, channel)
        if known is not None:
            return place_of_channel(known)
        kept = None if self._notes is None else await self._notes.read(_key(channel))
        if kept and kept in DestinationKind.__members__:
            return Destination(DestinationKind[kept])
        found = having(await self._rest(channel_call("GET", "", channel)), "type")
        place = place_of_payload(found)
        if self._notes is not None and place.kind in _LASTING:
            await self._notes.write(_key(channel), place.kind.name, _REMEMBERED)
        return place

    async def forget(self, channel: str) -> None:
        """Ask anew what kind of channel it is: Discord refused what goes to such a one."""
        if self._notes is not None:
            await self._notes.write(_key(channel), "", timedelta())


def _key(channel: str) -> str:
    return f"discord channel:{channel}"
