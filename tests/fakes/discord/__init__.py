"""Discord on the loopback: REST and gateway over real HTTP and websockets."""

from tests.fakes.discord.people import DiscordUser, InteractionAnswer
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import DiscordWorld, FakeDiscordChannel, Guild

__all__ = [
    "DiscordUser",
    "DiscordWorld",
    "FakeDiscord",
    "FakeDiscordChannel",
    "Guild",
    "InteractionAnswer",
]
