"""A workspace of Slack: people, user groups, conversations and what was said in them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

TEAM = "T0HOME"
BOT_USER = "U0BOT"
BOT = "B0BOT"
BOT_NAME = "ainews"
APP = "A0APP"


@dataclass(slots=True)
class FakePerson:
    """Somebody in the workspace, or a stranger in a shared channel."""

    id: str
    name: str = "Minji"
    locale: str = "en-US"
    tz: str = "Asia/Seoul"
    admin: bool = False
    owner: bool = False
    guest: bool = False
    team: str = TEAM

    def payload(self, home: str = TEAM) -> dict[str, Any]:
        """Return what `users.info` says in a workspace."""
        return {
            "id": self.id,
            "team_id": self.team,
            "name": self.name.casefold(),
            "real_name": self.name,
            "deleted": False,
            "locale": self.locale,
            "tz": self.tz,
            "profile": {"display_name": self.name, "real_name": self.name},
            "is_admin": self.admin,
            "is_owner": self.owner,
            "is_primary_owner": False,
            "is_restricted": self.guest,
            "is_ultra_restricted": False,
            "is_bot": False,
            "is_stranger": self.team != home,
        }


@dataclass(slots=True)
class FakeChannel:
    """A conversation. `joined`: the bot is in it; a private one is invisible to it otherwise.

    `members` are the people in it.
    """

    id: str
    name: str = "ai-news"
    creator: str = ""
    joined: bool = True
    archived: bool = False
    private: bool = False
    direct: str = ""
    members: list[str] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)

    def payload(self) -> dict[str, Any]:
        """Return what `conversations.info` says."""
        if self.direct:
            return {"id": self.id, "is_im": True, "user": self.direct}
        return {
            "id": self.id,
            "name": self.name,
            "is_channel": not self.private,
            "is_private": self.private,
            "creator": self.creator,
            "is_archived": self.archived,
            "is_member": self.joined,
        }

    def at(self, ts: str) -> dict[str, Any] | None:
        """Return the message of that time."""
        return next((one for one in self.messages if one["ts"] == ts), None)


@dataclass(slots=True)
class FakeWorkspace:
    """The people, groups and conversations. `seconds` is the workspace's clock."""

    seconds: Callable[[], float]
    team: str = TEAM
    name: str = "Home"
    people: dict[str, FakePerson] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    channels: dict[str, FakeChannel] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def person(self, person: FakePerson) -> FakePerson:
        """Add somebody, with a conversation with the bot."""
        self.people[person.id] = person
        direct = f"D{person.id}"
        self.channels[direct] = FakeChannel(direct, direct=person.id)
        return person

    def channel(self, channel: FakeChannel) -> FakeChannel:
        """Add a conversation."""
        self.channels[channel.id] = channel
        return channel

    def conversation(self, identifier: str) -> FakeChannel | None:
        """Return a conversation as the bot sees it: a person stands for the one with them."""
        channel = self.channels.get(f"D{identifier}") or self.channels.get(identifier)
        if channel is None or (channel.private and not channel.joined):
            return None
        return channel

    def ts(self) -> str:
        """Return the time of a new message, unlike that of any other."""
        return f"{int(self.seconds())}.{next(self._numbers) % 1_000_000:06}"
