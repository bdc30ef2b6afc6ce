"""Where Discord's API is: Discord itself, or a proxy that the operator named."""

from __future__ import annotations

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route


def direct_rest(base: str) -> None:
    """Let discord.py send its requests to `base`. The library keeps one address a process."""
    Route.BASE = base


async def direct_gateway(client: discord.Client) -> None:
    """Let discord.py open its gateway there where the API says that it is.

    The library asks for the address only when it first connects, and returns to Discord's own
    when a session is over. Raises discord.GatewayNotFound.
    """
    _, address, _ = await client.http.get_bot_gateway()
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(address)
