"""Installations: workspaces that let the app in, with what opens them, sealed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SealedInstallation:
    """What a workspace granted when somebody installed the app there.

    `sealed` holds its tokens, which the store cannot read; it is empty once the installation
    ended. `expires_at` is when the token opens nothing any more, None for one that lasts. `bot` is
    the bot's own id there, `enterprise` what the workspace belongs to, "" where to nothing.
    """

    platform: str
    workspace: str
    bot: str
    bot_name: str
    scopes: tuple[str, ...] = ()
    sealed: str = field(default="", repr=False)
    expires_at: datetime | None = None
    enterprise: str = ""
    ended_at: datetime | None = None
    ended_why: str = ""
