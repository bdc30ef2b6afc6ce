"""Who asks on Discord, where, and what they may do there: computed anew each time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import discord

from adapters.discord.cards.components import Component, every
from adapters.discord.posts import NAME
from adapters.discord.setup.permissions import roles_of
from bot.i18n.translator import language_of
from bot.port.invocation import Asker, Invocation, Reach
from bot.port.text import linked, one_line
from bot.port.typed import first_elsewhere
from store.model import Actor, ChannelRef

Interaction = discord.Interaction[Any]

_DISCORD = (
    r"(?:.+\.)?(?:discord(?:app)?\.(?:com|net)|discord\.(?:gg|new)|(?:tenor|giphy|klipy)\.com)"
)
"""The hosts of Discord's own addresses: messages, invitations, what people uploaded, and of the
moving pictures that its keyboard offers."""

_THREADS = frozenset(
    kind.value
    for kind in (
        discord.ChannelType.news_thread,
        discord.ChannelType.public_thread,
        discord.ChannelType.private_thread,
    )
)

_ZONES = {"ko": "Asia/Seoul"}
"""The time zone of a language that is spoken in one. Discord tells nobody's own."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A command as it was given. `channel_id` is the channel that was picked, if one was.

    `focused` is the option that is being typed.
    """

    command: str
    arguments: Mapping[str, str | int] = field(default_factory=dict)
    channel_id: int | None = None
    focused: str | None = None


def invocation_of(interaction: Interaction, asked: Asked, reach: Reach) -> Invocation:
    """Return a command, about the channel that was picked, else about the one where it was given.

    It reaches others only where the person may write to them, and so let the bot write for them.
    """
    workspace = str(interaction.guild_id or "")
    elsewhere = asked.channel_id not in {None, interaction.channel_id}
    channel_id = asked.channel_id if elsewhere else interaction.channel_id
    channel = _picked(interaction, channel_id) if elsewhere else _own_channel(interaction)
    parent = channel.get("parent_id") if channel.get("type") in _THREADS else None
    return Invocation(
        asked.command,
        replace(
            asker_of(interaction), roles=roles_of(_permissions(interaction, channel, channel_id))
        ),
        ChannelRef(NAME, workspace, str(channel_id or "")),
        asked.arguments,
        interactive=True,
        channel_name=f"#{one_line(str(channel['name']))}" if channel.get("name") else "",
        # Nobody can give a command in a forum itself, only in its threads.
        threads_only=channel.get("type") == discord.ChannelType.forum.value,
        within=ChannelRef(NAME, workspace, str(parent)) if parent else None,
        reach=reach if _may_share(interaction) else Reach.ASKER,
        elsewhere=elsewhere,
        delivery=str(interaction.id),
    )


def asker_of(interaction: Interaction) -> Asker:
    """Return who asks, without what they may do in a channel."""
    user = interaction.user
    return Asker(
        Actor(NAME, str(interaction.guild_id or ""), str(user.id), one_line(user.display_name)),
        groups=_groups(user),
        language=_language(interaction),
        timezone=_timezone(interaction),
    )


def _groups(user: discord.User | discord.Member) -> frozenset[str]:
    """Return somebody's roles, as what came in has them; what is known of the server may be old."""
    if not isinstance(user, discord.Member):
        return frozenset()
    ids = user._roles  # noqa: SLF001 - `roles` has only those that discord.py knows
    return frozenset(map(str, (user.guild.id, *ids)))


def _own_channel(interaction: Interaction) -> Mapping[str, Any]:
    """Return what is known of the channel where a command was given, as of one that was picked."""
    channel = interaction.channel
    return {
        "type": channel.type.value if channel is not None and channel.type is not None else None,
        "name": getattr(channel, "name", None),
        "parent_id": getattr(channel, "parent_id", None),
        "permissions": interaction.permissions.value,
    }


def _permissions(
    interaction: Interaction, channel: Mapping[str, Any], channel_id: int | None
) -> discord.Permissions:
    """Return what the person may do in a channel of the server; nothing where that is unknown.

    Discord tells it for the channel where the command was given and for one that was picked.
    """
    if interaction.guild_id is None:
        return discord.Permissions.none()
    if "permissions" in channel:
        return discord.Permissions(int(channel["permissions"]))
    guild = interaction.guild
    known = guild.get_channel_or_thread(channel_id) if guild and channel_id else None
    if known is None or not isinstance(interaction.user, discord.Member):
        return discord.Permissions.none()
    return known.permissions_for(interaction.user)


def _may_share(interaction: Interaction) -> bool:
    if interaction.guild_id is None:
        return False
    permissions = interaction.permissions
    if isinstance(interaction.channel, discord.Thread):
        return permissions.send_messages_in_threads
    return permissions.send_messages


def is_own_message(interaction: Interaction) -> bool:
    """Whether the pressed message answers this very person, so that it may be changed."""
    message = interaction.message
    if message is None:
        return False
    if is_seen_alone(interaction):
        return True
    metadata = message.interaction_metadata
    return metadata is not None and metadata.user.id == interaction.user.id


def is_seen_alone(interaction: Interaction) -> bool:
    """Whether nobody but this person sees the pressed message."""
    message = interaction.message
    return message is not None and message.flags.ephemeral


def relabelled(interaction: Interaction, label: str) -> list[Component] | None:
    """Return the pressed message with other words on its button; None where it is to stay.

    What others see is not drawn anew from what a press brought along: it may have been edited
    meanwhile.
    """
    data: Mapping[str, Any] = interaction.data or {}
    message = interaction.message
    if message is None or not is_seen_alone(interaction) or data.get("values"):
        return None
    parts = _parts(message)
    for part in every(parts):
        if part.get("custom_id") == data.get("custom_id"):
            part["label"] = label
            return parts
    return None


def message_ids(interaction: Interaction) -> list[str]:
    """Return the ids of all buttons and menus of the pressed message, in their order."""
    message = interaction.message
    ids = (part.get("custom_id") for part in every(_parts(message))) if message else ()
    return [str(custom_id) for custom_id in ids if custom_id]


def found_in_message(data: Mapping[str, Any]) -> dict[str, str]:
    """Return what a message tells of a piece of news: link, title, image. Empty without a link."""
    messages: Mapping[str, Any] = (data.get("resolved") or {}).get("messages") or {}
    message: Mapping[str, Any] = messages.get(str(data.get("target_id"))) or next(
        iter(messages.values()), {}
    )
    snapshots = [each.get("message") or {} for each in message.get("message_snapshots") or ()]
    links: list[str] = []
    embeds: dict[str, Mapping[str, Any]] = {}
    for each in (message, *snapshots):
        own = {embed["url"]: embed for embed in each.get("embeds") or () if embed.get("url")}
        links += [span.url for span in linked(_words(each)) if hasattr(span, "url")]
        links += own
        embeds = {**own, **embeds}
    link = first_elsewhere(links, _DISCORD)
    if not link:
        return {}
    embed = embeds.get(link, {})
    picture = (embed.get("thumbnail") or embed.get("image") or {}).get("url")
    found = {"link": link}
    found |= {"title": one_line(embed["title"])} if embed.get("title") else {}
    found |= {"image": picture} if picture else {}
    return found


def _words(message: Mapping[str, Any]) -> str:
    """Return a message's text; in one of Components V2 it stands in text displays."""
    shown = (part.get("content") for part in every(message.get("components") or ()))
    return "\n".join([message.get("content") or "", *(str(text) for text in shown if text)])


def _parts(message: discord.Message) -> list[Component]:
    return [dict(part.to_dict()) for part in message.components]


def _picked(interaction: Interaction, channel_id: int | None) -> Mapping[str, Any]:
    """Return what Discord says of a channel that was picked; of another it says nothing."""
    data: Mapping[str, Any] = interaction.data or {}
    channels: Mapping[str, Component] = (data.get("resolved") or {}).get("channels") or {}
    return channels.get(str(channel_id), {})


def _timezone(interaction: Interaction) -> str | None:
    """Return where a server's language, else the person's, is spoken, if that has one time zone."""
    spoken = (interaction.guild_locale, interaction.locale)
    zones = (_ZONES.get(language_of(str(one)) or "") for one in spoken)
    return next((zone for zone in zones if zone is not None), None)


def _language(interaction: Interaction) -> str | None:
    """Return the person's language or, where it is none of ours, the server's."""
    own = str(interaction.locale)
    if language_of(own) is not None or interaction.guild_locale is None:
        return own
    return str(interaction.guild_locale)
