"""Who may do what on Discord: people's roles, and what the bot itself needs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_

import discord

from adapters.discord.posts import Destination, DestinationKind
from bot.i18n.translator import N_, Translator
from bot.port.invocation import Role

_SCOPES = ("bot", "applications.commands")

_NAMES = {
    "view_channel": N_("View Channel"),
    "send_messages": N_("Send Messages"),
    "embed_links": N_("Embed Links"),
    "read_message_history": N_("Read Message History"),
    "create_public_threads": N_("Create Public Threads"),
    "send_messages_in_threads": N_("Send Messages in Threads"),
}
"""Discord's own names of the permissions that the bot asks for, by their flags."""

_CREATE_POSTS = N_("Create Posts")
"""What Discord calls Send Messages in a forum."""

_READ = ("embed_links", "read_message_history")
_NEEDED = {
    DestinationKind.TEXT: ("view_channel", "send_messages", *_READ),
    DestinationKind.ANNOUNCEMENT: ("view_channel", "send_messages", *_READ),
    DestinationKind.FORUM: ("view_channel", "send_messages", "send_messages_in_threads", *_READ),
    DestinationKind.THREAD: ("view_channel", "send_messages_in_threads", *_READ),
}


def invitation(application_id: int | str) -> str:
    """Return the link by which a server's administrator invites the bot."""
    asked = discord.Permissions(**dict.fromkeys(_NAMES, True))
    return discord.utils.oauth_url(application_id, permissions=asked, scopes=_SCOPES)


def roles_of(permissions: discord.Permissions) -> Role:
    """Return what somebody with these permissions in a channel may do there."""
    roles = Role.MEMBER
    if permissions.administrator:
        return Role.EVERY
    if permissions.manage_messages:
        roles |= Role.MODERATOR
    if permissions.manage_channels:
        roles |= Role.CHANNEL_OWNER
    if permissions.manage_guild:
        roles |= Role.ADMIN
    return roles


def may_see(
    channel: discord.abc.GuildChannel | discord.Thread,
    person: int,
    roles: frozenset[str],
    *,
    private: bool = False,
) -> bool:
    """Whether a person with these roles sees a channel of whose server the gateway told.

    `private`: not the channel is meant, but a private thread in it.

    As in Discord's description of permissions: those of the roles, changed by the channel for
    everybody, then for each role, then for the person. Who is in a private thread is not known.
    """
    guild = channel.guild
    mine = [one for one in guild.roles if one.is_default() or str(one.id) in roles]
    permissions = reduce(or_, (one.permissions for one in mine), discord.Permissions.none())
    if guild.owner_id == person or permissions.administrator:
        return True
    private = private or (isinstance(channel, discord.Thread) and channel.is_private())
    place = channel.parent if isinstance(channel, discord.Thread) else channel
    if place is None or private:
        return False
    said = {
        target.id: overwrite.view_channel
        for target, overwrite in place.overwrites.items()
        if overwrite.view_channel is not None
    }
    sees = said.get(guild.id, permissions.view_channel)
    of_roles = [said[one.id] for one in mine if not one.is_default() and one.id in said]
    return said.get(person, any(of_roles) if of_roles else sees)


def missing_names(permissions: discord.Permissions) -> list[str]:
    """Return Discord's names of the asked permissions that are not among these."""
    return [name for flag, name in _NAMES.items() if not getattr(permissions, flag)]


def obstacles(
    place: Destination, permissions: discord.Permissions, words: Translator
) -> Sequence[str]:
    """Say, a sentence each, what keeps posts from a channel."""
    needed = _NEEDED.get(place.kind)
    if needed is None:
        return [
            words.gettext("Posts can go to text, announcement and forum channels and to threads.")
        ]
    forum = place.kind is DestinationKind.FORUM
    names = _NAMES | {"send_messages": _CREATE_POSTS} if forum else _NAMES
    found = [
        words.gettext(
            "The bot needs the permission “{permission}” in the channel.",
            permission=words.pgettext("permission", names[flag]),
        )
        for flag in needed
        if not getattr(permissions, flag)
    ]
    if forum and place.requires_tag and place.tag is None:
        found.append(words.gettext("This forum requires a tag; add one that everybody may use."))
    return found
