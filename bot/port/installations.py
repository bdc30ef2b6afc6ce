"""The port of a platform that many workspaces install: what each of them granted, kept sealed.

A platform that one token opens needs none of this.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.port.platform import Retryable
from store.model import SealedInstallation


@dataclass(frozen=True, slots=True)
class Grant:
    """What a workspace granted when somebody installed the app there: who, nobody keeps.

    `token` opens the workspace until `kept.expires_at`; `refresh_token` gets the next one. `name`
    is what people call the workspace. `kept.sealed` is what a grant was read from, and tells it
    from those before and after it; empty, before it is kept.
    """

    kept: SealedInstallation
    token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    name: str = ""


class SealTrouble(Retryable):
    """None of the operator's keys opens what is kept of a workspace."""


class Installations(Protocol):
    """The workspaces in which one platform is installed.

    Each question raises Retryable where the store does not answer.
    """

    async def survey(self) -> int:
        """Return in how many workspaces it is installed.

        What an older key sealed is sealed with the newest; the operator is told what none opens.
        """

    async def install(self, grant: Grant) -> None:
        """Keep what a workspace granted; its channels get posts again, where they did before.

        A workspace that was never seen reads the digest until the operator allows more.
        """

    async def get(self, workspace: str) -> Grant | None:
        """Return what a workspace granted, None where it is not installed. Raises SealTrouble."""

    async def begin_renewal(self, grant: Grant) -> bool:
        """Take it on to get the next token. False: another process does, or did."""

    async def renew(self, grant: Grant, token: str, refresh_token: str, until: datetime) -> None:
        """Keep the token that came in the place of a grant's."""

    async def end(self, grant: Grant, why: str) -> None:
        """Take note that a grant opens nothing any more; `why` is a message id.

        The channels of that workspace rest, and the operator is told once.
        """

    def new_state(self) -> str:
        """Return what goes through a browser and comes back, once, within ten minutes."""

    async def take_state(self, state: str) -> bool:
        """Whether a state is one of ours, of any process, that did not come back before."""
