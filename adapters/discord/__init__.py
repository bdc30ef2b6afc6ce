"""Discord: commands, cards, forms and posts in a server, on discord.py."""

from adapters.discord.plugin import DiscordPlugin

plugin = DiscordPlugin()

__all__ = ["plugin"]
