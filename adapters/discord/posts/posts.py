"""Posts to channels: published once, found, changed, removed; and what one person is told."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from adapters.discord.cards.cards import draw_unkeyed, with_key
from adapters.discord.cards.components import Component
from adapters.discord.cards.limits import THREAD_NAME
from adapters.discord.cards.typed import TypedCommands
from adapters.discord.posts.destinations import Destination, DestinationKind, Destinations
from adapters.discord.rest import errors
from adapters.discord.rest.errors import platform_error
from adapters.discord.rest.messages import Messages
from adapters.discord.rest.rest import Answered, RestError
from bot.i18n.translator import N_, Translators
from bot.port.card import Card, plain_text
from bot.port.fitting import cut
from bot.port.platform import Permanent
from bot.port.render_cache import RenderCache
from bot.port.text import one_line
from store.model import Actor, ChannelRef, Receipt

_log = logging.getLogger(__name__)

NAME = "discord"

_SERVER_ERRORS = range(500, 600)


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
        try:
            place = await self._places.find(channel.workspace, channel.id)
        except RestError as error:
            raise platform_error(error, creates=False) from error
        if place.kind is DestinationKind.OTHER:
            raise Permanent(
                N_("This kind of channel takes no posts."),
                N_("Schedule a text, announcement or forum channel, or a thread."),
            )
        components = self._draw(card, key)
        parcel = _Parcel(channel, place, _thread_name(card), components, key)
        try:
            if under is not None and place.kind is not DestinationKind.THREAD:
                return await self._publish_under(parcel, under)
            return await self._publish(parcel)
        except RestError as error:
            await self._places.forget(channel.id)
            raise platform_error(error, creates=True) from error

    async def find(
        self, channel: ChannelRef, key: str, since: datetime, under: Receipt | None = None
    ) -> Receipt | None:
        """Return the receipt of an earlier publish, if it came."""
        try:
            if await self._places.history_hidden(channel.workspace, channel.id):
                raise Permanent(*errors.HISTORY_HIDDEN)
            place = await self._places.find(channel.workspace, channel.id)
            if under is not None and place.kind is not DestinationKind.THREAD:
                found = await self._find_under(place, key, since, under)
                if found is not None:
                    return found
            return await self._find(channel, place, key, since)
        except RestError as error:
            raise platform_error(error, creates=False) from error

    async def update(self, receipt: Receipt, card: Card) -> None:
        """Replace what a post says. One that somebody deleted is left alone."""
        components = self._draw(card, receipt.data["key"])
        try:
            await self._messages.edit(receipt.data["channel"], receipt.data["message"], components)
        except Answered as error:
            if error.code != errors.UNKNOWN_MESSAGE:
                raise platform_error(error, creates=False) from error
            _log.info("post %s was deleted on Discord; not updated", receipt.data["key"])
        except RestError as error:
            raise platform_error(error, creates=False) from error

    async def remove(self, receipt: Receipt) -> None:
        """Delete a post."""
        try:
            await self._messages.delete(receipt.data["channel"], receipt.data["message"])
        except RestError as error:
            raise platform_error(error, creates=False) from error

    async def tell(self, person: Actor, card: Card) -> ChannelRef:
        """Send a direct message, and return its channel, which is of no server."""
        components = self._draw(card, "")
        try:
            dm = await self._messages.open_dm(person.id)
            await self._messages.send(dm, components)
        except RestError as error:
            raise platform_error(error, creates=True) from error
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
            if error.status in _SERVER_ERRORS or error.after is not None:
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
