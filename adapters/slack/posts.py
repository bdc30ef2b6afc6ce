"""Posts: each carries its key as metadata, by which it is found again."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from adapters.slack.api import errors
from adapters.slack.api.client import Clients
from adapters.slack.api.errors import answered, unreadable, word
from adapters.slack.api.pace import CallPacer
from adapters.slack.cards import cards
from adapters.slack.cards.cards import SlackLook, SlackMessage
from adapters.slack.cards.limits import MESSAGE_SIZE, Json
from adapters.slack.setup.people import PLATFORM
from bot.i18n.translator import Translators
from bot.port.card import Card
from bot.port.platform import Permanent, Retryable
from bot.port.render_cache import RenderCache
from store.model import Actor, ChannelRef, Receipt

EVENT_TYPE = "ainews_post"

_log = logging.getLogger(__name__)

_SKEW = timedelta(minutes=5)
"""How far Slack's clock and ours may differ."""

_LOOKS = (
    cards.MESSAGE,
    replace(cards.MESSAGE, images=False),
    replace(cards.MESSAGE, images=False, size=MESSAGE_SIZE // 2),
)
"""How a card is drawn, and drawn again where Slack refuses it: an image that it cannot fetch, or
a length that it counts in another way."""


class SlackPosts:
    """Posts to the channels of one workspace."""

    def __init__(
        self, clients: Clients, translators: Translators, pace: CallPacer, team: str
    ) -> None:
        self._clients = clients
        self._team = team
        self._cache = RenderCache[SlackLook, SlackMessage](
            lambda card, look: cards.message(card, translators.of(card.language), look)
        )
        self._pace = pace
        self._looked: dict[str, str] = {}
        """Where a look into a history goes on that had to wait, by the post's key."""

    async def publish(
        self, channel: ChannelRef, card: Card, key: str, under: Receipt | None = None
    ) -> Receipt:
        """Post a card, in the thread of the post `under` where one is given.

        It stands in the channel where there is no such thread any more.
        """
        thread = {"thread_ts": under.data["ts"]} if under is not None else {}
        metadata = _metadata(key)
        try:
            data = await self._posted(channel.id, card, **thread, metadata=metadata)
        except Permanent as error:
            if not thread or word(error) not in errors.NO_THREAD:
                raise
            _log.warning("a post goes beside its thread: %s", error)
            data = await self._posted(channel.id, card, metadata=metadata)
        if not data.get("ts"):
            raise unreadable(sending=True)
        return self._receipt(str(data.get("channel") or channel.id), str(data["ts"]), key)

    async def tell(self, person: Actor, card: Card) -> ChannelRef:
        """Post a card into the person's conversation with the bot, and return that."""
        data = await self._posted(person.id, card)
        return ChannelRef(PLATFORM, person.workspace, str(data.get("channel") or person.id))

    async def find(
        self, channel: ChannelRef, key: str, since: datetime, under: Receipt | None = None
    ) -> Receipt | None:
        """Look for a post in the thread of `under`, where one is given, and in the channel."""
        if under is not None:
            try:
                found = await self._find(channel, key, since, under)
            except Permanent as error:
                if word(error) not in errors.NO_THREAD:
                    raise
                found = None
            if found is not None:
                return found
        return await self._find(channel, key, since, None)

    async def _find(
        self, channel: ChannelRef, key: str, since: datetime, under: Receipt | None
    ) -> Receipt | None:
        async for message in self._history(channel.id, key, since - _SKEW, under):
            metadata = message.get("metadata") or {}
            payload = metadata.get("event_payload") or {}
            if metadata.get("event_type") == EVENT_TYPE and payload.get("key") == key:
                return self._receipt(channel.id, str(message["ts"]), key)
        return None

    async def update(self, receipt: Receipt, card: Card) -> None:
        """Replace what a post says. One that somebody deleted stays deleted."""
        await self._pace.update()
        for look in _LOOKS:
            message = self._cache.drawn(card, look)
            try:
                await answered(
                    self._clients.posting.chat_update(
                        channel=receipt.data["channel"],
                        ts=receipt.data["ts"],
                        text=message.text,
                        blocks=message.blocks,
                        metadata=_metadata(receipt.data.get("key", "")),
                    )
                )
            except Permanent as error:
                if word(error) in errors.GONE:
                    return
                if word(error) not in errors.REFUSED_BLOCKS | errors.TOO_LONG or look is _LOOKS[-1]:
                    raise
            else:
                return

    async def remove(self, receipt: Receipt) -> None:
        """Delete a post. One that is gone already is no error."""
        await self._pace.update()
        try:
            await answered(
                self._clients.posting.chat_delete(
                    channel=receipt.data["channel"], ts=receipt.data["ts"]
                )
            )
        except Permanent as error:
            if word(error) not in errors.GONE:
                raise

    async def _posted(self, channel: str, card: Card, **more: Any) -> Mapping[str, Any]:
        for look in _LOOKS:
            try:
                return await self._send(channel, self._cache.drawn(card, look), more)
            except Permanent as error:
                if word(error) not in errors.REFUSED_BLOCKS | errors.TOO_LONG:
                    raise
                _log.warning("Slack refused a message's blocks: %s", error)
        return await self._send(channel, SlackMessage(cards.fallback(card), []), more)

    async def _send(self, channel: str, message: SlackMessage, more: Json) -> Mapping[str, Any]:
        content = {"channel": channel, **message.payload, **more}
        try:
            await self._pace.post(channel)
            # chat_postMessage() would look through every block for models of the library first.
            posting = self._clients.posting.api_call("chat.postMessage", json=content)
            return await answered(posting, sending=True)
        except Retryable as error:
            if error.after is not None:
                self._pace.refused(channel, error.after)
            raise

    async def _history(
        self, channel: str, key: str, since: datetime, under: Receipt | None
    ) -> AsyncIterator[Mapping[str, Any]]:
        """Read what was posted since a moment, a page at a time.

        Raises Retryable where the next page must wait; whoever looks for `key` again goes on there.
        """
        place = f"{key} in {under.data['ts']}" if under is not None else key
        cursor = self._looked.pop(place, "")
        asking = self._clients.asking
        while True:
            try:
                await self._pace.read()
            except Retryable:
                if cursor:
                    self._looked[place] = cursor
                raise
            common: dict[str, Any] = {
                "channel": channel,
                "oldest": f"{since.timestamp():.6f}",
                "include_all_metadata": True,
                "limit": self._pace.limits.page,
                "cursor": cursor or None,
            }
            if under is None:
                data = await answered(asking.conversations_history(**common))
            else:
                thread = under.data["ts"]
                data = await answered(asking.conversations_replies(ts=thread, **common))
            messages = data.get("messages")
            if not isinstance(messages, list):
                # Nothing is known then: least of all that a post has not arrived.
                raise unreadable(sending=False)
            for message in messages:
                yield message
            cursor = str((data.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return

    def _receipt(self, channel: str, ts: str, key: str) -> Receipt:
        return Receipt(PLATFORM, {"team": self._team, "channel": channel, "ts": ts, "key": key})


def _metadata(key: str) -> dict[str, Any]:
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
