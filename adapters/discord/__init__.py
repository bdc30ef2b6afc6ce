"""How does it reach Discord? On discord.py; nothing is decided here, and nothing kept."""

from adapters.discord.plugin import DiscordPlugin

plugin = DiscordPlugin()
