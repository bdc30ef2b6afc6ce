"""Who asks: their name, language and user groups, and what they may do in a conversation.

Workspace owners and admins moderate and manage every channel, and so does who is named with
`/ainews moderators`; the creator of a channel manages it, and everybody their own conversation
with the bot. Guests and people from other workspaces read only, even where they are named. What
cannot be found out is not granted. What keeps the bot out of a conversation is said here, too.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api.errors import answered, word
from adapters.slack.api.ttl_cache import TtlCache
from bot.i18n.translator import Translator
from bot.port.clock import Clock
from bot.port.invocation import Asker, Role
from bot.port.platform import KnownName, PlatformError
from bot.port.text import one_line
from store.model import Actor, ChannelRef

_log = logging.getLogger(__name__)

T = TypeVar("T")

PLATFORM = "slack"


_KEPT = timedelta(minutes=1)
"""How long somebody keeps what they may do after Slack took it from them, and a channel the name
that it had, at most."""

_PERSON_ID = re.compile(r"[UW][A-Z0-9]+")
_GROUP_ID = re.compile(r"S[A-Z0-9]+")
_NAMED = Role.MODERATOR | Role.CHANNEL_OWNER


@dataclass(frozen=True, slots=True)
class Person:
    """A person of Slack. `reads_only`: a guest, or somebody from another workspace."""

    name: str
    language: str | None
    timezone: str | None
    admin: bool
    reads_only: bool


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation of Slack, as far as the bot may see it.

    `name` is empty where it has none. `private`: only its members may know of it. `direct` is
    whose conversation with the bot it is. `joined`: the bot is in it.
    """

    name: str
    private: bool
    creator: str
    direct: str
    joined: bool
    archived: bool

    @property
    def called(self) -> str:
        """What people call it, empty where it has no name."""
        return f"#{one_line(self.name)}" if self.name else ""


class Directory:
    """Finds out who asks, and remembers it for a minute."""

    def __init__(self, client: AsyncWebClient, workspace: str, clock: Clock) -> None:
        self._client = client
        self._workspace = workspace
        self._people = TtlCache(self._ask_person, _KEPT, clock)
        self._groups = TtlCache(self._ask_groups, _KEPT, clock)
        self._conversations = TtlCache(self.look_up, _KEPT, clock)

    async def asker(self, user: str, name: str, channel: str) -> Asker:
        """Return who asks in a conversation. `name` is what Slack called them along the way."""
        person, groups, conversation = await asyncio.gather(
            self._person(user, name), self._groups_of(user), self._conversation(channel)
        )
        roles = Role.MEMBER
        if not person.reads_only:
            if person.admin:
                roles = Role.EVERY
            elif channel == user or (
                conversation is not None and user in {conversation.creator, conversation.direct}
            ):
                roles |= Role.CHANNEL_OWNER
        return Asker(
            Actor(PLATFORM, self._workspace, user, person.name),
            roles,
            groups=frozenset() if person.reads_only else groups,
            named=Role(0) if person.reads_only else _NAMED,
            language=person.language,
            timezone=person.timezone,
        )

    def channel_name(self, channel: str) -> str:
        """Return what people call a conversation of which `asker` was asked, "" where unknown.

        The names of private ones are for their members only, so they are not told either.
        """
        conversation = self._conversations.known(channel)
        return "" if conversation is None or conversation.private else conversation.called

    async def names(
        self, channels: Sequence[ChannelRef], asker: Asker | None
    ) -> Mapping[ChannelRef, str]:
        """Return what those conversations are called now that somebody may know of.

        One that the bot cannot see is there for administrators alone, by its id: whether they are
        in it nobody says, so they are not told what it was called either.
        """
        person = None
        if asker is not None and asker.actor.id:
            person = await self._person(asker.actor.id, "")
        names = await asyncio.gather(*(self._name(one.id, asker, person) for one in channels))
        return {one: name for one, name in zip(channels, names, strict=True) if name is not None}

    async def _name(self, channel: str, asker: Asker | None, person: Person | None) -> str | None:
        """Return the name of a conversation, None where somebody may not know of it."""
        try:
            conversation = await self.look_up(channel)
            if asker is None:
                return "" if conversation is None else conversation.called
            if conversation is None:
                return channel if Role.ADMIN in asker.roles else None
            if conversation.direct:
                return "" if conversation.direct == asker.actor.id else None
            if conversation.private or (person is not None and person.reads_only):
                members = await self._members(channel)
                return conversation.called if asker.actor.id in members else None
        except PlatformError as error:
            _log.warning("Slack does not say what %s is called: %s", channel, error)
            return None
        return conversation.called

    async def _members(self, channel: str) -> frozenset[str]:
        """Return who is in a conversation. Raises PlatformError."""
        members: set[str] = set()
        cursor = ""
        while True:
            data = await answered(
                self._client.conversations_members(channel=channel, limit=1000, cursor=cursor)
            )
            members.update(map(str, data.get("members") or ()))
            cursor = str((data.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return frozenset(members)

    async def who_is(self, identifier: str, *, group: bool) -> KnownName | None:
        """Return who is meant by an id, None where nobody is. Raises PlatformError.

        Groups are known to Slack where a typed line has them by their id.
        """
        if group:
            return KnownName("") if _GROUP_ID.fullmatch(identifier) else None
        if not _PERSON_ID.fullmatch(identifier):
            return None
        try:
            person = await self._people.get(identifier)
        except PlatformError as error:
            if word(error) in {"user_not_found", "user_not_visible", "users_not_found"}:
                return None
            raise
        return KnownName(one_line(person.name), reads_only=person.reads_only)

    async def look_up(self, channel: str) -> Conversation | None:
        """Return a conversation as it is now, None where the bot cannot see it.

        Raises PlatformError where Slack cannot say.
        """
        try:
            data = await answered(self._client.conversations_info(channel=channel))
        except PlatformError as error:
            if word(error) in {"channel_not_found", "method_not_supported_for_channel_type"}:
                return None
            raise
        return conversation_of(data.get("channel") or {})

    async def close(self) -> None:
        """Let go of questions under way."""
        for remembered in (self._people, self._groups, self._conversations):
            await remembered.close()

    async def _person(self, user: str, name: str) -> Person:
        nobody = Person(name, None, None, admin=False, reads_only=True)
        return await _told(self._people.get(user), nobody, f"who {user} is")

    async def _groups_of(self, user: str) -> frozenset[str]:
        asking = self._groups.get(self._workspace)
        return (await _told(asking, {}, "which user groups there are")).get(user, frozenset())

    async def _conversation(self, channel: str) -> Conversation | None:
        if not channel or channel.startswith(("U", "W")):
            return None
        asking = self._conversations.get(channel)
        return await _told(asking, None, f"whose conversation {channel} is")

    async def _ask_person(self, user: str) -> Person:
        data = await answered(self._client.users_info(user=user, include_locale=True))
        return person_of(data.get("user") or {}, self._workspace)

    async def _ask_groups(self, _: str) -> Mapping[str, frozenset[str]]:
        try:
            data = await answered(
                self._client.usergroups_list(include_users=True, include_disabled=False)
            )
        except PlatformError as error:
            # A plan without user groups, or an app without the scope: nobody is in any.
            if word(error) in {"missing_scope", "paid_teams_only", "permission_denied"}:
                return {}
            raise
        groups: dict[str, set[str]] = {}
        for group in data.get("usergroups") or ():
            for user in group.get("users") or ():
                groups.setdefault(user, set()).add(str(group["id"]))
        return {user: frozenset(ids) for user, ids in groups.items()}


async def _told(asking: Awaitable[T], otherwise: T, what: str) -> T:
    """Return what Slack says, and what is to hold where it does not say."""
    try:
        return await asking
    except PlatformError as error:
        _log.warning("Slack does not say %s: %s", what, error)
        return otherwise


def person_of(user: Mapping[str, Any], workspace: str) -> Person:
    """Return a person from what `users.info` says of them."""
    profile = user.get("profile") or {}
    teams = {user.get("team_id"), *((user.get("enterprise_user") or {}).get("teams") or ())}
    at_home = workspace in teams and not user.get("is_stranger")
    guest = bool(user.get("is_restricted") or user.get("is_ultra_restricted"))
    unusual = bool(user.get("deleted") or user.get("is_bot"))
    owner = bool(user.get("is_owner") or user.get("is_primary_owner"))
    return Person(
        name=str(
            profile.get("display_name")
            or profile.get("real_name")
            or user.get("real_name")
            or user.get("name")
            or ""
        ),
        language=str(user["locale"]) if user.get("locale") else None,
        timezone=str(user["tz"]) if user.get("tz") else None,
        admin=at_home and not guest and not unusual and (owner or bool(user.get("is_admin"))),
        reads_only=guest or unusual or not at_home,
    )


def conversation_of(channel: Mapping[str, Any]) -> Conversation:
    """Return a conversation from what `conversations.info` says of it."""
    direct = bool(channel.get("is_im"))
    return Conversation(
        name="" if direct or channel.get("is_mpim") else str(channel.get("name") or ""),
        private=direct or bool(channel.get("is_private") or channel.get("is_mpim")),
        creator=str(channel.get("creator") or ""),
        direct=str(channel.get("user") or "") if direct else "",
        joined=direct or bool(channel.get("is_mpim")) or bool(channel.get("is_member")),
        archived=bool(channel.get("is_archived")),
    )


def obstacles_to(conversation: Conversation | None, bot: str, words: Translator) -> tuple[str, ...]:
    """Return a sentence for each obstacle. `bot` is the bot's name in the workspace."""
    invite = f"/invite @{bot}"
    if conversation is None:
        return (
            words.gettext(
                "AI News cannot see the conversation. Type {invite} in it, then try again.",
                invite=invite,
            ),
        )
    if conversation.archived:
        return (words.gettext("The channel is archived: nothing can be posted to it."),)
    if not conversation.joined:
        return (
            words.gettext(
                "AI News is not in the channel. Type {invite} in it, then try again.", invite=invite
            ),
        )
    return ()
