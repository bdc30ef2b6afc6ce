"""A workspace at work: its clients, its people, its posts, all at its own pace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from adapters.slack.api.client import Clients
from adapters.slack.interactions.context import SlackContext
from adapters.slack.posts import SlackPosts
from adapters.slack.setup.people import Directory


@dataclass(frozen=True, slots=True)
class SlackWorkspace:
    """A workspace at work. `team` is its id, `bot` and `bot_name` are the bot's own there."""

    team: str
    bot: str
    bot_name: str
    clients: Clients
    people: Directory
    place: SlackContext
    posts: SlackPosts


MakeWorkspace = Callable[[str, str, str, str], SlackWorkspace]
"""Makes a workspace of its id, the bot's id and name there, and the token that opens it."""
