"""Who sits at the machine's own terminal: the operator, who may do everything there."""

from __future__ import annotations

import getpass

from bot.port.invocation import Asker, Role
from store.model import Actor, ChannelRef

LOCAL_CHANNEL = ChannelRef("terminal", "local", "terminal")
"""The one channel of the terminal platform."""


def operator(language: str | None = None) -> Asker:
    """Return the person at this machine's terminal: in the chat and in the shell the same one."""
    try:
        login = getpass.getuser()
    except (OSError, KeyError):
        login = "operator"
    return Asker(Actor("terminal", "local", login, login), Role.OPERATOR, language=language)
