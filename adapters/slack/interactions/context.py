"""What every listener works with, and how it reads who asked and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from adapters.slack.api.client import Clients
from adapters.slack.interactions.forms import origin_of
from adapters.slack.interactions.replies import Replies, ReplyTarget
from adapters.slack.posts import SlackPosts
from adapters.slack.setup.people import PLATFORM, Directory
from bot.i18n.translator import Translator, Translators
from bot.port.form import Kind
from bot.port.invocation import Asker, Invocation, Reach
from bot.port.platform import CommandHandler
from store.model import ChannelRef

Body = Mapping[str, Any]
"""What Slack delivers: a slash command, an interaction or an event."""


@dataclass(frozen=True, slots=True)
class SlackWorkspace:
    """A workspace at work. `team` is its id, `bot` and `bot_name` are the bot's own there."""

    team: str
    bot: str
    bot_name: str
    handler: CommandHandler
    translators: Translators
    clients: Clients
    people: Directory
    replies: Replies
    posts: SlackPosts

    async def asker(self, body: Body, channel: str) -> Asker:
        """Return who asked, with what they may do in a channel."""
        user = body.get("user") or {}
        name = str(user.get("name") or user.get("username") or body.get("user_name") or "")
        return await self.people.asker(user_of(body), name, channel)

    def channel(self, identifier: str) -> ChannelRef:
        """Return a conversation of the workspace."""
        return ChannelRef(PLATFORM, self.team, identifier)

    def named_channel(self, command: str) -> str:
        """Return the name of the parameter that picks another channel, "" where there is none.

        A command is known by its name in every language.
        """
        every = self.translators.every()
        return next(
            (
                parameter.name
                for one in self.handler.commands
                if command in {one.name, *(words.pgettext("command", one.name) for words in every)}
                for parameter in one.parameters
                if parameter.kind is Kind.CHANNEL
            ),
            "",
        )

    async def words(self, asker: Asker) -> Translator:
        """Return the words of the asker's language."""
        return self.translators.of(await self.handler.language(asker))

    def invocation(
        self,
        command: str,
        asker: Asker,
        channel: str,
        arguments: Mapping[str, str | int] | None = None,
    ) -> Invocation:
        """Return a command about a channel, as it is when the answer reaches only the asker."""
        return Invocation(
            command,
            asker,
            self.channel(channel),
            arguments or {},
            interactive=True,
            channel_name=self.people.channel_name(channel),
        )


def reach_in(channel: str, others: Reach) -> Reach:
    """Return whom an answer reaches: `others` but in the person's own conversation with the bot."""
    return others if channel.startswith(("C", "G")) else Reach.ASKER


def user_of(body: Body) -> str:
    """Return the id of who asked."""
    return str((body.get("user") or {}).get("id") or body.get("user_id") or "")


def asked_in(body: Body, channel: str) -> ReplyTarget:
    """Return where a command or a shortcut was given that is about a channel."""
    return ReplyTarget(
        channel=channel,
        user=user_of(body),
        trigger=str(body.get("trigger_id") or ""),
        response_url=str(body.get("response_url") or ""),
    )


def reply_target_of(body: Body) -> ReplyTarget:
    """Return where a button was pressed or a modal was sent."""
    view = body.get("view") or {}
    if view:
        return ReplyTarget(
            channel=origin_of(view).channel or user_of(body),
            user=user_of(body),
            trigger=str(body.get("trigger_id") or ""),
            view=str(view.get("id") or ""),
            modal=view.get("type") == "modal",
        )
    container = body.get("container") or {}
    channel = str((body.get("channel") or {}).get("id") or container.get("channel_id") or "")
    return replace(asked_in(body, channel), alone=bool(container.get("is_ephemeral")))
