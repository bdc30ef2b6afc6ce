"""Posts to channels: published once, found, changed, removed; and what one person is told.

What kind of channel a channel is decides how a post gets there.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

import discord

from adapters.discord.cards.cards import draw_unkeyed, with_key
from adapters.discord.cards.components import Component
from adapters.discord.cards.limits import THREAD_NAME
from adapters.discord.cards.typed import TypedCommands
from adapters.discord.rest import errors
from adapters.discord.rest.errors import UNKNOWN_CHANNEL, as_port
from adapters.discord.rest.messages import Messages
from adapters.discord.rest.rest import Answered, Rest, RestError, channel_call, having
from bot.i18n.translator import N_, Translators
from bot.port.card import Card, plain_text
from bot.port.fitting import cut
from bot.port.notes import Notes
from bot.port.platform import Permanent
from bot.port.render_cache import RenderCache
from bot.port.text import one_line
from store.model import Actor, ChannelRef, Receipt

_log = logging.getLogger(__name__)

NAME = "discord"

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


@dataclass(frozen=True, slots=True)
class _Parcel:
    """A card that is drawn for a channel, and the key that goes with it."""

    channel: ChannelRef
    place: Destination
    title: str
    components: list[Component]
    key: str


class DiscordPosts:
    """The posts of one bot. Every method raises PlatformError."""

    def __init__(
        self,
        messages: Messages,
        places: Destinations,
        translators: Translators,
        typed: TypedCommands,
    ) -> None:
        self._messages = messages
        self._places = places
        self._cache = RenderCache[int, list[Component]](
            lambda card, length: draw_unkeyed(
                typed.in_card(card), length, translators.of(card.language)
            )
        )

    async def publish(
        self, channel: ChannelRef, card: Card, key: str, under: Receipt | None = None
    ) -> Receipt:
        """Post a card, in the thread of the post `under` where one is given."""
        with as_port(creates=False):
            place = await self._places.find(channel.workspace, channel.id)
        if place.kind is DestinationKind.OTHER:
            raise Permanent(
                N_("This kind of channel takes no posts."),
                N_("Schedule a text, announcement or forum channel, or a thread."),
            )
        components = self._draw(card, key)
        parcel = _Parcel(channel, place, _thread_name(card), components, key)
        with as_port(creates=True):
            try:
                if under is not None and place.kind is not DestinationKind.THREAD:
                    return await self._publish_under(parcel, under)
                return await self._publish(parcel)
            except RestError:
                await self._places.forget(channel.id)
                raise

    async def find(
        self, channel: ChannelRef, key: str, since: datetime, under: Receipt | None = None
    ) -> Receipt | None:
        """Return the receipt of an earlier publish, if it came."""
        with as_port(creates=False):
            if await self._places.history_hidden(channel.workspace, channel.id):
                raise Permanent(*errors.HISTORY_HIDDEN)
            place = await self._places.find(channel.workspace, channel.id)
            if under is not None and place.kind is not DestinationKind.THREAD:
                found = await self._find_under(place, key, since, under)
                if found is not None:
                    return found
            return await self._find(channel, place, key, since)

    async def update(self, receipt: Receipt, card: Card) -> None:
        """Replace what a post says. One that somebody deleted is left alone."""
        components = self._draw(card, receipt.data["key"])
        channel, message = receipt.data["channel"], receipt.data["message"]
        with as_port(creates=False):
            try:
                await self._messages.edit(channel, message, components)
            except Answered as error:
                if error.code != errors.UNKNOWN_MESSAGE:
                    raise
                _log.info("post %s was deleted on Discord; not updated", receipt.data["key"])

    async def remove(self, receipt: Receipt) -> None:
        """Delete a post."""
        with as_port(creates=False):
            await self._messages.delete(receipt.data["channel"], receipt.data["message"])

    async def tell(self, person: Actor, card: Card) -> ChannelRef:
        """Send a direct message, and return its channel, which is of no server."""
        components = self._draw(card, "")
        with as_port(creates=True):
            dm = await self._messages.open_dm(person.id)
            await self._messages.send(dm, components)
        return ChannelRef(NAME, "", dm)

    def _draw(self, card: Card, key: str) -> list[Component]:
        # How long a key is decides what else has room in the id that carries it.
        return with_key(self._cache.drawn(card, len(key)), key)

    async def _publish(self, parcel: _Parcel) -> Receipt:
        """Post where the channel takes posts. Raises RestError."""
        channel, place = parcel.channel.id, parcel.place
        if place.kind is DestinationKind.FORUM:
            thread = await self._messages.begin_forum_thread(
                channel, parcel.title, place.tag, parcel.components
            )
            return _receipt(thread, thread, parcel.key)
        message = await self._messages.send(channel, parcel.components, parcel.key)
        if place.kind is DestinationKind.ANNOUNCEMENT:
            await self._messages.crosspost(channel, message)
        return _receipt(channel, str(message["id"]), parcel.key)

    async def _publish_under(self, parcel: _Parcel, under: Receipt) -> Receipt:
        """Post in the thread of another post; beside it, where Discord refuses that.

        Raises RestError.
        """
        thread = _thread_of(parcel.place, under)
        try:
            if parcel.place.kind is not DestinationKind.FORUM:
                await self._messages.open_thread(
                    parcel.channel.id, under.data["message"], parcel.title
                )
            message = await self._messages.send(thread, parcel.components, parcel.key)
        except Answered as error:
            if error.by_server or error.after is not None:
                raise
            _log.warning("post %s goes beside the thread %s: %s", parcel.key, thread, error)
            return await self._publish(parcel)
        return _receipt(thread, str(message["id"]), parcel.key)

    async def _find(
        self, channel: ChannelRef, place: Destination, key: str, since: datetime
    ) -> Receipt | None:
        """Look where a post was published. Raises RestError."""
        if place.kind is DestinationKind.FORUM:
            thread = await self._messages.find_forum_thread(
                channel.workspace, channel.id, key, since
            )
            return None if thread is None else _receipt(thread, thread, key)
        message = await self._messages.find(channel.id, key, since)
        if message is None:
            return None
        if place.kind is DestinationKind.ANNOUNCEMENT:
            await self._messages.crosspost(channel.id, message)
        return _receipt(channel.id, str(message["id"]), key)

    async def _find_under(
        self, place: Destination, key: str, since: datetime, under: Receipt
    ) -> Receipt | None:
        """Look in the thread of another post, if it has one. Raises RestError."""
        thread = _thread_of(place, under)
        try:
            message = await self._messages.find(thread, key, since)
        except Answered as error:
            if error.code != errors.UNKNOWN_CHANNEL:
                raise
            return None
        return None if message is None else _receipt(thread, str(message["id"]), key)


def _receipt(channel: str, message: str, key: str) -> Receipt:
    return Receipt(NAME, {"channel": channel, "message": message, "key": key})


def _thread_of(place: Destination, under: Receipt) -> str:
    """Return the thread of a post: in a forum where it stands, else that with its message's id."""
    return under.data["channel" if place.kind is DestinationKind.FORUM else "message"]


def _thread_name(card: Card) -> str:
    """Return what a thread is called: the news, where a post has only one, else the digest."""
    spans = card.sections[0].heading if len(card.sections) == 1 else card.title
    title = one_line(plain_text(spans or card.title)) or one_line(card.summary)
    return cut(title or "AI news", THREAD_NAME)
