"""Messages by REST: sent once, changed, published, removed, looked for.

A message is sent with a nonce that Discord enforces: sent again within a few minutes, the same
message is answered instead of another one being made. What a post is known by for longer stands
in a button's `custom_id`, which the channel's history shows.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import discord

from adapters.discord.cards.cards import without_pictures
from adapters.discord.cards.components import COMPONENTS_V2, Component, every
from adapters.discord.cards.limits import HISTORY_PAGE
from adapters.discord.interactions.custom_ids import key_of
from adapters.discord.rest import errors
from adapters.discord.rest.pace import Timer
from adapters.discord.rest.rest import (
    Answered,
    Call,
    NoAnswer,
    NotSent,
    Rest,
    RestError,
    channel_call,
    having,
    listed,
)

_log = logging.getLogger(__name__)

NO_MENTIONS: Mapping[str, Any] = {"parse": []}

_RESENDS = (0.5, 2.0)
"""Seconds before a message without an answer is sent again: the nonce makes that safe."""
_WEEK = 10080
"""Minutes without a message after which a thread leaves the list."""
_CROSSPOSTED = 1 << 0
_BAD_REQUEST = 400
_TOO_MANY = 429
_MOST_THREADS = 20
"""So many of the bot's newest threads in a forum are looked at."""
_READING = 30.0
"""Seconds that reading a history waits for its bucket: a page a second, where that is all."""
_SEARCHES = 1000
"""So many searches that were broken off are remembered."""
_CROSSPOST_TRIES = 5
_CROSSPOST_PAUSE = 30.0


class Messages:
    """Does one thing with one message each. Every method raises RestError."""

    def __init__(self, rest: Rest, ticker: Timer) -> None:
        self._rest = rest
        self._sleep = ticker.sleep
        self._me: str | None = None
        self._read: dict[tuple[str, str], str] = {}
        self._later: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Give up what waits to be tried again."""
        for task in self._later:
            task.cancel()
        await asyncio.gather(*self._later, return_exceptions=True)

    async def send(
        self, channel: str, components: list[Component], key: str = ""
    ) -> dict[str, Any]:
        """Send a message; one with a key again, where it is unknown whether it came."""
        body = _body(components) | ({"nonce": key, "enforce_nonce": True} if key else {})
        call = channel_call("POST", "/messages", channel, body)
        unknown = False
        for pause in (*_RESENDS, None):
            try:
                message = having(await self._made(call, components), "id")
            except RestError as error:
                if unknown and not _unknown(error):
                    # This time it surely did not come, but before it may have.
                    raise NoAnswer(f"no answer at first, and then: {error}") from error
                unknown = _unknown(error)
                if not key or pause is None or not unknown:
                    raise
                _log.warning("post %s: %s; sent again with the same nonce", key, error)
                await self._sleep(pause)
            else:
                return message
        raise AssertionError("the last try returns or raises")

    async def begin_forum_thread(
        self, forum: str, name: str, tag: str | None, components: list[Component]
    ) -> str:
        """Begin a thread with a message, and return its id, which is the message's too.

        Discord has no nonce for that, so it is sent once only.
        """
        body: dict[str, Any] = {
            "name": name,
            "auto_archive_duration": _WEEK,
            "message": _body(components),
        }
        if tag is not None:
            body["applied_tags"] = [tag]
        made = await self._made(channel_call("POST", "/threads", forum, body), components)
        return str(having(made, "id")["id"])

    async def open_thread(self, channel: str, message: str, name: str) -> None:
        """See that a message has a thread; the thread has the message's id."""
        body = {"name": name, "auto_archive_duration": _WEEK}
        call = channel_call("POST", "/messages/{message}/threads", channel, body, message=message)
        try:
            await self._rest(call)
        except Answered as error:
            if error.code != errors.THREAD_EXISTS:
                raise

    async def edit(self, channel: str, message: str, components: list[Component]) -> None:
        """Replace what a message says, also in a thread that was archived."""
        body = _body(components)
        call = channel_call("PATCH", "/messages/{message}", channel, body, message=message)
        try:
            await self._made(call, components)
        except Answered as error:
            if error.code != errors.THREAD_ARCHIVED:
                raise
            await self._rest(channel_call("PATCH", "", channel, {"archived": False}))
            await self._made(call, components)

    async def delete(self, channel: str, message: str) -> None:
        """Delete a message; one that is gone already is no error."""
        try:
            await self._rest(
                channel_call("DELETE", "/messages/{message}", channel, message=message)
            )
        except Answered as error:
            if error.code != errors.UNKNOWN_MESSAGE:
                raise

    async def open_dm(self, person: str) -> str:
        """Return the channel of the direct messages with somebody."""
        opened = await self._rest(
            Call("POST", "/users/@me/channels", body={"recipient_id": person})
        )
        return str(having(opened, "id")["id"])

    async def crosspost(self, channel: str, message: Mapping[str, Any]) -> None:
        """Publish an announcement to the servers that follow, unless that is done.

        The message itself is out already, so this raises nothing; it is tried again on the side.
        """
        if message.get("flags", 0) & _CROSSPOSTED:
            return
        number = str(message["id"])
        call = channel_call("POST", "/messages/{message}/crosspost", channel, message=number)
        after = await self._crossposted(call)
        if after is not None:
            task = asyncio.create_task(self._crosspost_later(call, after))
            self._later.add(task)
            task.add_done_callback(self._later.discard)

    async def find(self, channel: str, key: str, since: datetime) -> dict[str, Any] | None:
        """Read a channel's history from `since` on for the message that carries a key.

        What was read without a find is not read again when a long search was broken off.
        """
        start = str(discord.utils.time_snowflake(since))
        after = max(start, self._read.pop((channel, key), start), key=int)
        while True:
            query = {"limit": str(HISTORY_PAGE), "after": after}
            call = replace(
                channel_call("GET", "/messages", channel), query=query, patience=_READING
            )
            page = listed(await self._rest(call))
            for message in page:
                if _carries(message, key):
                    return message
            if len(page) < HISTORY_PAGE:
                return None
            after = max((str(message["id"]) for message in page), key=int)
            self._remember(channel, key, after)

    async def find_forum_thread(
        self, guild: str, forum: str, key: str, since: datetime
    ) -> str | None:
        """Look at how the bot's threads in a forum begin; return the one that begins so."""
        for thread in await self._own_threads(guild, forum, discord.utils.time_snowflake(since)):
            call = channel_call("GET", "/messages/{message}", thread, message=thread)
            try:
                message = having(await self._rest(call), "id")
            except Answered as error:
                if error.code not in {errors.UNKNOWN_MESSAGE, errors.UNKNOWN_CHANNEL}:
                    raise
                continue
            if _carries(message, key):
                return thread
        return None

    def _remember(self, channel: str, key: str, message: str) -> None:
        """Note up to where a history was read without a find."""
        self._read[channel, key] = message
        if len(self._read) > _SEARCHES:
            del self._read[next(iter(self._read))]

    async def _own_threads(self, guild: str, forum: str, floor: int) -> list[str]:
        """Return the newest threads of a forum that the bot began, open ones and archived ones."""
        if self._me is None:
            self._me = str(having(await self._rest(Call("GET", "/users/@me")), "id")["id"])
        active = await self._rest(Call("GET", "/guilds/{guild}/threads/active", {"guild": guild}))
        archived = await self._rest(
            replace(
                channel_call("GET", "/threads/archived/public", forum),
                query={"limit": str(HISTORY_PAGE)},
            )
        )
        own = {
            str(thread["id"])
            for found in (active, archived)
            for thread in listed(having(found, "threads")["threads"])
            if str(thread.get("parent_id")) == forum
            and str(thread.get("owner_id")) == self._me
            and int(thread["id"]) >= floor
        }
        return sorted(own, key=int, reverse=True)[:_MOST_THREADS]

    async def _made(self, call: Call, components: list[Component]) -> Any:
        """Send what makes a message; without its pictures where Discord refuses one of them."""
        try:
            return await self._rest(call)
        except Answered as error:
            if error.status != _BAD_REQUEST or error.code != errors.INVALID_FORM:
                raise
            _log.warning("Discord refused a message: %s; tried without its pictures", error)
            plain = without_pictures(components)
            message: dict[str, Any] = {"components": plain}
            if "message" in call.body:
                message = {"message": {**call.body["message"], **message}}
            return await self._rest(replace(call, body={**call.body, **message}))

    async def _crossposted(self, call: Call) -> float | None:
        """Try to publish. Returns the seconds before another try, None where it takes none."""
        try:
            await self._rest(call)
        except RestError as error:
            _log.warning("a message was posted, but %s failed: %s", call.url_path, error)
            return _crosspost_pause(error)
        return None

    async def _crosspost_later(self, call: Call, after: float) -> None:
        for _ in range(_CROSSPOST_TRIES):
            await self._sleep(after)
            pause = await self._crossposted(call)
            if pause is None:
                return
            after = max(pause, 2 * after)
        _log.warning("%s was given up", call.url_path)


def _body(components: list[Component]) -> dict[str, Any]:
    return {"components": components, "flags": COMPONENTS_V2, "allowed_mentions": NO_MENTIONS}


def _carries(message: Mapping[str, Any], key: str) -> bool:
    return any(
        key_of(str(part.get("custom_id") or "")) == key
        for part in every(message.get("components") or ())
    )


def _crosspost_pause(error: RestError) -> float | None:
    """Return the seconds before it is worth another try, None where it never is."""
    if isinstance(error, Answered) and not (error.by_server or error.status == _TOO_MANY):
        return None
    after = error.after if isinstance(error, Answered | NotSent) else None
    return _CROSSPOST_PAUSE if after is None else after


def _unknown(error: RestError) -> bool:
    """Whether a message may have come although there was no proper answer."""
    return isinstance(error, NoAnswer) or (isinstance(error, Answered) and error.by_server)
