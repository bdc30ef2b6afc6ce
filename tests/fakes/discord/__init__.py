"""Discord on the loopback: REST and gateway over real HTTP and websockets."""

from tests.fakes.discord.people import Answer, Person
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import Channel, Guild, World

__all__ = ["Answer", "Channel", "FakeDiscord", "Guild", "Person", "World"]
