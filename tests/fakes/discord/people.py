"""People who use the bot: what they do reaches it through the gateway, as from Discord's client.

They can do only what the client lets them: commands that are registered, options that exist,
buttons that are there.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakes.discord import rules
from tests.fakes.discord.exchange import (
    COMMAND,
    COMPLETION,
    COMPONENT,
    EPHEMERAL,
    MODAL,
    Exchange,
)
from tests.fakes.discord.gateway import member_payload, role_payload
from tests.fakes.discord.world import FakeDiscordChannel, Guild, User
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from tests.fakes.discord.server import FakeDiscord


@dataclass(frozen=True, slots=True)
class InteractionAnswer:
    """What the bot answered to something that a person did."""

    exchange: Exchange

    @property
    def message(self) -> dict[str, Any]:
        """The message that answers it."""
        assert self.exchange.original is not None, "there is no message"
        return self.exchange.original

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The message and what followed it."""
        first = [self.exchange.original] if self.exchange.original else []
        return [*first, *self.exchange.followups]

    @property
    def modal(self) -> dict[str, Any]:
        """The form."""
        assert self.exchange.modal is not None, "there is no form"
        return self.exchange.modal

    @property
    def ephemeral(self) -> bool:
        """Whether only the person sees it."""
        return bool(self.messages[0]["flags"] & EPHEMERAL)

    @property
    def text(self) -> str:
        """All words of all messages."""
        return "\n".join(text_of(message) for message in self.messages)

    async def final(self) -> InteractionAnswer:
        """Wait until what was promised is there."""
        while self.exchange.loading or not (self.messages or self.exchange.modal):
            self.exchange.changed.clear()
            await asyncio.wait_for(self.exchange.changed.wait(), PATIENCE)
        return self


def text_of(message: Mapping[str, Any]) -> str:
    """Return the words of a message's text displays."""
    return "\n".join(
        str(each["content"]) for each in rules.every(message["components"]) if each["type"] == 10
    )


def buttons_of(message: Mapping[str, Any]) -> dict[str, str]:
    """Return a message's buttons: what is written on each, and its id."""
    return {
        str(each["label"]): str(each["custom_id"])
        for each in rules.every(message["components"])
        if each["type"] == 2
    }


def options_of(message: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return the options of a message's menus: the words, and (the menu's id, the value)."""
    return {
        str(option["label"]): (str(menu["custom_id"]), str(option["value"]))
        for menu in rules.every(message["components"])
        if menu["type"] == 3
        for option in menu["options"]
    }


class DiscordUser:
    """Somebody in a server."""

    def __init__(self, discord: FakeDiscord, guild: Guild, user: User, locale: str) -> None:
        self._discord = discord
        self.guild = guild
        self.user = user
        self.locale = locale

    async def slash(
        self, channel: FakeDiscordChannel, command: str, /, **options: Any
    ) -> InteractionAnswer:
        """Give `/ainews COMMAND`."""
        data = self._command_data(command, options)
        return await self._do(COMMAND, channel, data)

    async def complete(
        self, channel: FakeDiscordChannel, command: str, option: str, typed: str, /, **options: Any
    ) -> list[tuple[str, str]]:
        """Type into an option, and return what is offered: (shown, typed)."""
        data = self._command_data(command, {**options, option: typed}, typing=option)
        answer = await self._do(COMPLETION, channel, data)
        choices = answer.exchange.choices or []
        return [(choice["name"], choice["value"]) for choice in choices]

    async def click(self, message: Mapping[str, Any], label: str) -> InteractionAnswer:
        """Press a button."""
        buttons = buttons_of(message)
        assert label in buttons, f"there is no button {label!r}, only {list(buttons)}"
        return await self.press(message, buttons[label])

    async def press(self, message: Mapping[str, Any], custom_id: str) -> InteractionAnswer:
        """Press the button with an id."""
        data = {"custom_id": custom_id, "component_type": 2}
        channel = self._discord.world.channels[message["channel_id"]]
        return await self._do(COMPONENT, channel, data, dict(message), message)

    async def choose(self, message: Mapping[str, Any], label: str) -> InteractionAnswer:
        """Choose an option of a menu."""
        menu, value = options_of(message)[label]
        data = {"custom_id": menu, "component_type": 3, "values": [value]}
        channel = self._discord.world.channels[message["channel_id"]]
        return await self._do(COMPONENT, channel, data, dict(message), message)

    async def menu(self, name: str, message: Mapping[str, Any]) -> InteractionAnswer:
        """Use a command of a message's menu."""
        command = self._registered(name, 3)
        channel = self._discord.world.channels[message["channel_id"]]
        data = {
            "id": command["id"],
            "name": name,
            "type": 3,
            "target_id": message["id"],
            "resolved": {"messages": {message["id"]: message}},
        }
        return await self._do(COMMAND, channel, data)

    async def submit(
        self, shown: InteractionAnswer, values: Mapping[str, str] | None = None
    ) -> InteractionAnswer:
        """Send a form, with what it held and what is typed over it."""
        rows = []
        given = dict(values or {})
        for row in shown.modal["components"]:
            field = row["component"]
            chosen = [one["value"] for one in field.get("options", ()) if one.get("default")]
            held = field.get("value") or next(iter(chosen), "")
            value = given.pop(field["custom_id"], held)
            assert value or not field.get("required", True), f"{field['custom_id']} is empty"
            assert len(value) <= field.get("max_length", 4000), f"{field['custom_id']} is too long"
            inner = {"type": field["type"], "custom_id": field["custom_id"], "id": 1}
            inner |= {"values": [value]} if field["type"] == 3 else {"value": value}
            rows.append({"type": 18, "id": 2, "component": inner})
        assert not given, f"there are no fields {list(given)}"
        data = {"custom_id": shown.modal["custom_id"], "components": rows}
        channel = self._discord.world.channels[shown.exchange.channel_id]
        pressed = shown.exchange.pressed
        return await self._do(MODAL, channel, data, pressed, pressed)

    async def send(
        self,
        kind: int,
        channel: FakeDiscordChannel,
        data: dict[str, Any],
        message: Mapping[str, Any] | None = None,
    ) -> InteractionAnswer:
        """Send an interaction that no client would make: a button or a form of one's own."""
        return await self._do(kind, channel, data, message, message)

    def _command_data(
        self,
        command: str,
        options: Mapping[str, Any],
        typing: str | None = None,
    ) -> dict[str, Any]:
        root = self._registered("ainews", 1)
        groups: dict[str, str] = {}
        subs = {}
        for each in root["options"]:
            for sub in each["options"] if each["type"] == 2 else (each,):
                subs[sub["name"]] = sub
                groups[sub["name"]] = each["name"] if each["type"] == 2 else ""
        assert command in subs, f"there is no command {command!r}, only {list(subs)}"
        known = {each["name"]: each for each in subs[command].get("options") or ()}
        resolved: dict[str, dict[str, Any]] = {}
        given = []
        for name, value in options.items():
            assert name in known, f"{command} has no option {name!r}, only {list(known)}"
            option = {"name": name, "type": known[name]["type"]}
            if name == typing:
                assert known[name].get("autocomplete"), f"{name} is not completed"
                option["focused"] = True
            option["value"] = self._value(known[name], value, resolved)
            given.append(option)
        missing = [n for n, each in known.items() if each.get("required") and n not in options]
        assert typing or not missing, f"{command} needs {missing}"
        chosen: dict[str, Any] = {"name": command, "type": 1, "options": given}
        if groups[command]:
            chosen = {"name": groups[command], "type": 2, "options": [chosen]}
        return {
            "id": root["id"],
            "name": "ainews",
            "type": 1,
            "options": [chosen],
            "resolved": resolved,
        }

    def _value(self, option: Mapping[str, Any], value: Any, resolved: dict[str, Any]) -> Any:
        match option["type"]:
            case 7:
                assert isinstance(value, FakeDiscordChannel)
                assert value.kind in option.get("channel_types", [value.kind])
                permissions = self._discord.world.permissions(self.user.id, value)
                payload = {**value.payload(), "permissions": str(permissions)}
                resolved.setdefault("channels", {})[value.id] = payload
                return value.id
            case 9 if isinstance(value, DiscordUser):
                resolved.setdefault("users", {})[value.user.id] = value.user.payload()
                return value.user.id
            case 9:
                resolved.setdefault("roles", {})[value] = {"id": value}
                return value
            case _:
                choices = option.get("choices")
                assert not choices or value in {choice["value"] for choice in choices}
                return value

    def _registered(self, name: str, kind: int) -> dict[str, Any]:
        commands: Mapping[str, list[dict[str, Any]]] = self._discord.routes.commands
        seen = [*commands.get(self.guild.id, []), *commands.get("everywhere", [])]
        for command in seen:
            if command["name"] == name and command["type"] == kind:
                return command
        raise AssertionError(f"{name!r} is not registered")

    async def _do(
        self,
        kind: int,
        channel: FakeDiscordChannel,
        data: dict[str, Any],
        message: Mapping[str, Any] | None = None,
        pressed: Any = None,
    ) -> InteractionAnswer:
        """Let the bot know, and wait for its first answer."""
        world = self._discord.world
        await self._tell_roles()
        exchange = Exchange(
            world.snowflake(),
            secrets.token_urlsafe(24),
            kind,
            self.user.id,
            channel.id,
            channel.guild_id,
            pressed,
            created=self._discord.routes.now(),
        )
        self._discord.routes.exchanges[exchange.token] = exchange
        payload = dict(self._payload(exchange, channel, data, message))
        if self._discord.calls.urls:
            calling = self._discord.calls.call(payload, lambda: exchange.answered is not None)
            exchange.call = asyncio.create_task(calling)
        else:
            await self._discord.gateway.dispatch("INTERACTION_CREATE", payload, self.guild.id)
        while exchange.answered is None:
            exchange.changed.clear()
            await asyncio.wait_for(exchange.changed.wait(), PATIENCE)
        return InteractionAnswer(exchange)

    async def _tell_roles(self) -> None:
        """Let the bot know of roles that were made since the gateway opened."""
        for number in sorted(set(self.guild.roles) - self.guild.told_roles):
            self.guild.told_roles.add(number)
            payload = {"guild_id": self.guild.id, "role": role_payload(self.guild, number)}
            await self._discord.gateway.dispatch("GUILD_ROLE_CREATE", payload, self.guild.id)

    def _payload(
        self,
        exchange: Exchange,
        channel: FakeDiscordChannel,
        data: Mapping[str, Any],
        message: Mapping[str, Any] | None,
    ) -> Iterator[tuple[str, Any]]:
        world = self._discord.world
        permissions = str(world.permissions(self.user.id, channel))
        yield "id", exchange.id
        yield "application_id", world.application_id
        yield "type", exchange.kind
        yield "data", data
        yield "channel", {**channel.payload(), "permissions": permissions}
        yield "channel_id", channel.id
        yield "token", exchange.token
        yield "version", 1
        yield "app_permissions", str(world.permissions(world.bot.id, channel))
        yield "locale", self.locale
        yield "entitlements", []
        yield "authorizing_integration_owners", {}
        yield "context", 0 if channel.guild_id else 1
        yield "attachment_size_limit", 1024
        if message is not None:
            yield "message", message
        if channel.guild_id is None:
            yield "user", self.user.payload()
            return
        member = member_payload(world, self.guild, self.user.id)
        yield "member", {**member, "permissions": permissions}
        yield "guild_id", channel.guild_id
        yield "guild_locale", "en-US"
        yield "guild", {"id": channel.guild_id, "locale": "en-US", "features": []}
