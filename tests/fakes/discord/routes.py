"""What Discord does for each request: the part of its REST API that a bot like this one uses."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.discord import rules
from tests.fakes.discord.exchange import (
    CHOICES,
    COMPLETION,
    COMPONENT,
    DEFERRED,
    DEFERRED_UPDATE,
    EPHEMERAL,
    FORM,
    LOADING,
    MESSAGE,
    MODAL,
    UPDATE,
    Exchange,
)
from tests.fakes.discord.gateway import guild_payload, member_payload
from tests.fakes.discord.world import (
    ANNOUNCEMENT,
    CREATE_THREADS,
    DM,
    FORUM,
    HISTORY,
    PUBLIC_THREAD,
    SEND,
    SEND_IN_THREADS,
    TEXT,
    VIEW,
    DiscordWorld,
    FakeDiscordChannel,
    Guild,
)

V2 = 1 << 15
CROSSPOSTED = 1 << 0
NONCE_SECONDS = 180.0


class DiscordRefusal(Exception):
    """Discord's answer is an error."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


@dataclass(slots=True)
class RouteRequest:
    """One request, its path taken apart."""

    values: Mapping[str, str]
    query: Mapping[str, str]
    body: Any


Handler = Callable[[RouteRequest], Any]


@dataclass(slots=True)
class Routes:
    """The API over a world. `violations` is what was wrong by the rules that OpenAPI lacks."""

    world: DiscordWorld
    gateway_address: Callable[[], str]
    dispatch: Callable[[str, Any, str | None], Awaitable[None]]
    late_after: float = 3.0
    now: Callable[[], float] = time.monotonic
    exchanges: dict[str, Exchange] = field(default_factory=dict)
    commands: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    registered: int = 0
    violations: list[str] = field(default_factory=list)
    closed_dms: set[str] = field(default_factory=set)
    _nonces: dict[tuple[str, str], tuple[float, str]] = field(default_factory=dict)

    async def answer(self, method: str, path: str, query: Mapping[str, str], body: Any) -> Any:
        """Do what a request asks. Raises Refused."""
        for known, pattern, name in _TABLE:
            match = pattern.fullmatch(path)
            if known == method and match is not None:
                result = getattr(self, name)(RouteRequest(match.groupdict(), query, body))
                return await result if isinstance(result, Awaitable) else result
        raise DiscordRefusal(404, 0, "404: Not Found")

    # The bot itself

    def me(self, asked: RouteRequest) -> Any:
        del asked
        return self.world.bot.payload()

    def application(self, asked: RouteRequest) -> Any:
        del asked
        return self.world.application

    def gateway(self, asked: RouteRequest) -> Any:
        del asked
        return {
            "url": self.gateway_address(),
            "shards": 1,
            "session_start_limit": {
                "total": 1000,
                "remaining": 999,
                "reset_after": 1000,
                "max_concurrency": 1,
            },
        }

    def guilds(self, asked: RouteRequest) -> Any:
        del asked
        return [
            {
                "id": guild.id,
                "name": guild.name,
                "icon": None,
                "owner": False,
                "permissions": str(self._base_permissions(guild)),
                "features": [],
            }
            for guild in self.world.guilds.values()
            if guild.joined
        ]

    def guild(self, asked: RouteRequest) -> Any:
        payload = guild_payload(self.world, self._joined(asked))
        return {k: v for k, v in payload.items() if k not in {"channels", "threads", "members"}}

    def guild_channels(self, asked: RouteRequest) -> Any:
        return guild_payload(self.world, self._joined(asked))["channels"]

    def guild_member(self, asked: RouteRequest) -> Any:
        guild = self._joined(asked)
        if asked.values["user"] not in guild.members:
            raise DiscordRefusal(404, 10007, "Unknown Member")
        return member_payload(self.world, guild, asked.values["user"])

    def _joined(self, asked: RouteRequest) -> Guild:
        guild = self.world.guilds.get(asked.values["guild"])
        if guild is None:
            raise DiscordRefusal(404, 10004, "Unknown Guild")
        if not guild.joined:
            raise DiscordRefusal(403, 50001, "Missing Access")
        return guild

    def _base_permissions(self, guild: Guild) -> int:
        permissions = guild.roles[guild.id]
        for role in guild.members.get(self.world.bot.id, []):
            permissions |= guild.roles.get(role, 0)
        return permissions

    # Commands

    def put_commands(self, asked: RouteRequest) -> Any:
        scope = asked.values.get("guild", "everywhere")
        if scope != "everywhere":
            guild = self.world.guilds.get(scope)
            if guild is None or not guild.joined:
                raise DiscordRefusal(403, 50001, "Missing Access")
        self.violations += rules.command_violations(asked.body)
        self.registered += 1
        self.commands[scope] = [
            {
                **command,
                "id": self.world.snowflake(),
                "application_id": self.world.application_id,
                "version": self.world.snowflake(),
                "default_member_permissions": None,
                "type": command.get("type", 1),
            }
            for command in asked.body
        ]
        return self.commands[scope]

    # Channels and messages

    def channel(self, asked: RouteRequest) -> Any:
        return self._seen(asked.values["channel"]).payload()

    def change_channel(self, asked: RouteRequest) -> Any:
        channel = self._seen(asked.values["channel"])
        channel.archived = bool(asked.body.get("archived", channel.archived))
        return channel.payload()

    def post(self, asked: RouteRequest) -> Any:
        channel = self._writable(asked.values["channel"])
        if channel.kind not in {TEXT, DM, ANNOUNCEMENT, 10, 11, 12}:
            raise DiscordRefusal(400, 50008, "Cannot send messages in a non-text channel")
        self.violations += rules.message_violations(asked.body)
        self._refuse_wrong_message(asked.body)
        nonce = str(asked.body.get("nonce") or "")
        if nonce and asked.body.get("enforce_nonce"):
            moment, number = self._nonces.get((channel.id, nonce), (float("-inf"), ""))
            if self.now() - moment < NONCE_SECONDS and number in channel.messages:
                return channel.messages[number]
        channel.archived = False
        message = self.world.add_message(channel, self.world.bot, asked.body)
        if nonce:
            self._nonces[channel.id, nonce] = (self.now(), message["id"])
        return message

    def _refuse_wrong_message(self, body: Mapping[str, Any]) -> None:
        if (body.get("flags") or 0) & V2 and (body.get("content") or body.get("embeds")):
            raise DiscordRefusal(400, 50035, "Invalid Form Body")
        for component in rules.every(body.get("components") or []):
            url = (component.get("media") or {}).get("url", "")
            if "refused.example" in url:
                raise DiscordRefusal(400, 50035, "Invalid Form Body")

    def history(self, asked: RouteRequest) -> Any:
        channel = self._seen(asked.values["channel"])
        if not self.world.permissions(self.world.bot.id, channel) & HISTORY:
            return []
        numbers = sorted(map(int, channel.messages), reverse=True)
        if "before" in asked.query:
            numbers = [number for number in numbers if number < int(asked.query["before"])]
        limit = int(asked.query.get("limit", "50"))
        if "after" in asked.query:
            numbers = [number for number in numbers if number > int(asked.query["after"])]
            return [channel.messages[str(number)] for number in numbers[-limit:]]
        return [channel.messages[str(number)] for number in numbers[:limit]]

    def message(self, asked: RouteRequest) -> Any:
        return self._message(asked)

    def edit(self, asked: RouteRequest) -> Any:
        message = self._message(asked)
        if self.world.channels[asked.values["channel"]].archived:
            raise DiscordRefusal(400, 50083, "Thread is archived")
        self.violations += rules.message_violations(asked.body, edit=True)
        self._refuse_wrong_message(asked.body)
        message.update({k: v for k, v in asked.body.items() if k in {"components", "content"}})
        message["edited_timestamp"] = "2026-01-02T00:00:00+00:00"
        return message

    def delete(self, asked: RouteRequest) -> Any:
        message = self._message(asked)
        del self.world.channels[asked.values["channel"]].messages[message["id"]]

    def crosspost(self, asked: RouteRequest) -> Any:
        message = self._message(asked)
        if self.world.channels[asked.values["channel"]].kind != ANNOUNCEMENT:
            raise DiscordRefusal(400, 50024, "Cannot execute action on this channel type")
        if message["flags"] & CROSSPOSTED:
            raise DiscordRefusal(400, 40033, "This message has already been crossposted")
        message["flags"] |= CROSSPOSTED
        return message

    async def begin_thread(self, asked: RouteRequest) -> Any:
        channel = self._writable(asked.values["channel"])
        if channel.kind != FORUM:
            raise DiscordRefusal(400, 50024, "Cannot execute action on this channel type")
        self.violations += rules.message_violations(asked.body["message"])
        self._refuse_wrong_message(asked.body["message"])
        tags = asked.body.get("applied_tags") or []
        if channel.flags & (1 << 4) and not tags:
            raise DiscordRefusal(
                400, 40067, "A tag is required to create a forum post in this channel"
            )
        guild = self.world.guilds[str(channel.guild_id)]
        thread = self.world.channel(guild, asked.body["name"], PUBLIC_THREAD, parent=channel)
        thread.owner_id = self.world.bot.id
        thread.applied_tags = tags
        message = self.world.add_message(
            thread, self.world.bot, asked.body["message"], number=thread.id
        )
        await self.dispatch("THREAD_CREATE", thread.payload(), guild.id)
        return {**thread.payload(), "message": message}

    async def open_thread(self, asked: RouteRequest) -> Any:
        message = self._message(asked)
        channel = self.world.channels[asked.values["channel"]]
        if message["id"] in self.world.channels:
            raise DiscordRefusal(400, 160004, "A thread has already been created for this message")
        if not self.world.permissions(self.world.bot.id, channel) & CREATE_THREADS:
            raise DiscordRefusal(403, 50013, "Missing Permissions")
        guild = self.world.guilds[str(channel.guild_id)]
        thread = self.world.channel(
            guild, asked.body["name"], PUBLIC_THREAD, parent=channel, number=message["id"]
        )
        thread.owner_id = self.world.bot.id
        await self.dispatch("THREAD_CREATE", thread.payload(), guild.id)
        return thread.payload()

    def active_threads(self, asked: RouteRequest) -> Any:
        return {
            "threads": [
                channel.payload()
                for channel in self.world.channels.values()
                if channel.guild_id == asked.values["guild"]
                and channel.is_thread
                and not (channel.archived or channel.deleted)
            ],
            "members": [],
        }

    def archived_threads(self, asked: RouteRequest) -> Any:
        self._seen(asked.values["channel"])
        return {
            "threads": [
                channel.payload()
                for channel in self.world.channels.values()
                if channel.parent_id == asked.values["channel"]
                and channel.is_thread
                and channel.archived
                and not channel.deleted
            ],
            "members": [],
            "has_more": False,
        }

    def open_dm(self, asked: RouteRequest) -> Any:
        number = asked.body["recipient_id"]
        if number not in self.world.users:
            raise DiscordRefusal(400, 50033, "Invalid Recipient(s)")
        return self.world.dm(self.world.users[number]).payload()

    def _seen(self, number: str) -> FakeDiscordChannel:
        channel = self.world.channels.get(number)
        if channel is None or channel.deleted:
            raise DiscordRefusal(404, 10003, "Unknown Channel")
        if channel.guild_id is not None and not self.world.guilds[channel.guild_id].joined:
            raise DiscordRefusal(403, 50001, "Missing Access")
        if not self.world.permissions(self.world.bot.id, channel) & VIEW:
            raise DiscordRefusal(403, 50001, "Missing Access")
        return channel

    def _writable(self, number: str) -> FakeDiscordChannel:
        channel = self._seen(number)
        if channel.kind == DM and channel.owner_id in self.closed_dms:
            raise DiscordRefusal(403, 50007, "Cannot send messages to this user")
        needed = SEND_IN_THREADS if channel.is_thread else SEND
        if not self.world.permissions(self.world.bot.id, channel) & needed:
            raise DiscordRefusal(403, 50013, "Missing Permissions")
        return channel

    def _message(self, asked: RouteRequest) -> dict[str, Any]:
        channel = self._seen(asked.values["channel"])
        message = channel.messages.get(asked.values["message"])
        if message is None:
            raise DiscordRefusal(404, 10008, "Unknown Message")
        return message

    # Interactions

    def callback(self, asked: RouteRequest) -> Any:
        exchange = self._exchange(asked)
        kind = asked.body["type"]
        data = asked.body.get("data") or {}
        exchange.delay = self.now() - exchange.created
        if exchange.answered is not None:
            raise DiscordRefusal(400, 40060, "Interaction has already been acknowledged.")
        if exchange.delay > self.late_after:
            raise DiscordRefusal(404, 10062, "Unknown interaction")
        if not _may_answer(exchange.kind, kind):
            raise DiscordRefusal(400, 50035, "Invalid Form Body")
        if kind in {MESSAGE, UPDATE}:
            self.violations += rules.message_violations(data, edit=kind == UPDATE)
            self._refuse_wrong_message(data)
        exchange.answered = kind
        self._take(exchange, kind, data)
        exchange.note()
        return self._callback_answer(exchange, kind)

    def _take(self, exchange: Exchange, kind: int, data: dict[str, Any]) -> None:
        """Do what an answer of a type does."""
        match kind:
            case 4:
                exchange.original = self._answer_message(exchange, data)
            case 5:
                exchange.loading = True
                body = {"flags": (data.get("flags") or 0) | LOADING}
                exchange.original = self._answer_message(exchange, body)
            case 6:
                exchange.original = exchange.pressed
            case 7 if exchange.pressed is not None:
                # Who sees a message stays as it was.
                seen = exchange.pressed["flags"] & EPHEMERAL
                exchange.pressed.update(data)
                exchange.pressed["flags"] = seen | (data.get("flags") or 0) & ~EPHEMERAL
                exchange.original = exchange.pressed
            case 8:
                self.violations += rules.choice_violations(data["choices"])
                exchange.choices = data["choices"]
            case 9:
                self.violations += rules.modal_violations(data)
                exchange.modal = data

    def _callback_answer(self, exchange: Exchange, kind: int) -> Any:
        answer: dict[str, Any] = {
            "interaction": {
                "id": exchange.id,
                "type": exchange.kind,
                "response_message_loading": exchange.loading,
            }
        }
        if exchange.original is not None and kind in {MESSAGE, DEFERRED, UPDATE}:
            answer["interaction"]["response_message_id"] = exchange.original["id"]
            answer["resource"] = {"type": kind, "message": exchange.original}
        return answer

    def follow_up(self, asked: RouteRequest) -> Any:
        exchange = self._by_token(asked)
        self.violations += rules.message_violations(asked.body)
        self._refuse_wrong_message(asked.body)
        if exchange.loading and exchange.original is not None:
            # The first message after a promise takes its place, and its visibility.
            return self._fill(exchange, asked.body)
        message = self._answer_message(exchange, asked.body)
        exchange.followups.append(message)
        exchange.note()
        return message

    def original(self, asked: RouteRequest) -> Any:
        exchange = self._by_token(asked)
        if exchange.original is None:
            raise DiscordRefusal(404, 10008, "Unknown Message")
        return exchange.original

    def edit_original(self, asked: RouteRequest) -> Any:
        exchange = self._by_token(asked)
        if exchange.original is None:
            raise DiscordRefusal(404, 10008, "Unknown Message")
        self.violations += rules.message_violations(asked.body, edit=True)
        self._refuse_wrong_message(asked.body)
        return self._fill(exchange, asked.body)

    def delete_original(self, asked: RouteRequest) -> Any:
        exchange = self._by_token(asked)
        message = self.original(asked)
        self.world.channels[exchange.channel_id].messages.pop(message["id"], None)
        exchange.original = None
        exchange.loading = False
        exchange.deleted = True

    def _fill(self, exchange: Exchange, body: Mapping[str, Any]) -> Any:
        message = exchange.original or {}
        visible = message["flags"] & EPHEMERAL
        message.update({k: v for k, v in body.items() if k in {"content", "components", "embeds"}})
        message["flags"] = visible | ((body.get("flags") or message["flags"]) & V2)
        exchange.loading = False
        exchange.note()
        return message

    def _answer_message(self, exchange: Exchange, body: Mapping[str, Any]) -> dict[str, Any]:
        channel = self.world.channels[exchange.channel_id]
        message = self.world.add_message(channel, self.world.bot, body)
        message["webhook_id"] = self.world.application_id
        message["application_id"] = self.world.application_id
        message["interaction_metadata"] = {
            "id": exchange.id,
            "type": exchange.kind,
            "user": self.world.users[exchange.user_id].payload(),
            "authorizing_integration_owners": {},
        }
        if message["flags"] & EPHEMERAL:
            # Only the one who asked sees it: it is not in the channel.
            del channel.messages[message["id"]]
        return message

    def _exchange(self, asked: RouteRequest) -> Exchange:
        exchange = self._by_token(asked)
        if exchange.id != asked.values["interaction"]:
            raise DiscordRefusal(404, 10062, "Unknown interaction")
        return exchange

    def _by_token(self, asked: RouteRequest) -> Exchange:
        exchange = self.exchanges.get(asked.values["token"])
        if exchange is None:
            raise DiscordRefusal(404, 10062, "Unknown interaction")
        return exchange


def _may_answer(asked: int, answer: int) -> bool:
    """Whether an interaction of a type may be answered so."""
    if asked == COMPLETION:
        return answer == CHOICES
    if answer == CHOICES:
        return False
    if answer in {DEFERRED_UPDATE, UPDATE}:
        return asked in {COMPONENT, MODAL}
    return not (asked == MODAL and answer == FORM)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))


_TABLE = [
    (method, _pattern(path), name)
    for method, path, name in (
        ("GET", "/users/@me", "me"),
        ("GET", "/users/@me/guilds", "guilds"),
        ("POST", "/users/@me/channels", "open_dm"),
        ("GET", "/oauth2/applications/@me", "application"),
        ("GET", "/applications/@me", "application"),
        ("GET", "/gateway/bot", "gateway"),
        ("PUT", "/applications/{application}/commands", "put_commands"),
        ("PUT", "/applications/{application}/guilds/{guild}/commands", "put_commands"),
        ("GET", "/channels/{channel}", "channel"),
        ("PATCH", "/channels/{channel}", "change_channel"),
        ("POST", "/channels/{channel}/messages", "post"),
        ("GET", "/channels/{channel}/messages", "history"),
        ("GET", "/channels/{channel}/messages/{message}", "message"),
        ("PATCH", "/channels/{channel}/messages/{message}", "edit"),
        ("DELETE", "/channels/{channel}/messages/{message}", "delete"),
        ("POST", "/channels/{channel}/messages/{message}/crosspost", "crosspost"),
        ("POST", "/channels/{channel}/threads", "begin_thread"),
        ("POST", "/channels/{channel}/messages/{message}/threads", "open_thread"),
        ("GET", "/channels/{channel}/threads/archived/public", "archived_threads"),
        ("GET", "/guilds/{guild}", "guild"),
        ("GET", "/guilds/{guild}/channels", "guild_channels"),
        ("GET", "/guilds/{guild}/members/{user}", "guild_member"),
        ("GET", "/guilds/{guild}/threads/active", "active_threads"),
        ("POST", "/interactions/{interaction}/{token}/callback", "callback"),
        ("POST", "/webhooks/{application}/{token}", "follow_up"),
        ("GET", "/webhooks/{application}/{token}/messages/@original", "original"),
        ("PATCH", "/webhooks/{application}/{token}/messages/@original", "edit_original"),
        ("DELETE", "/webhooks/{application}/{token}/messages/@original", "delete_original"),
    )
]
