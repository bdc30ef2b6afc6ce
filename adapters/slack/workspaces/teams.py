"""Which workspace a team's id means: that of the bot token, or one that installed the app."""

from __future__ import annotations

from collections.abc import Callable

from adapters.slack.workspaces.installed import InstalledTeams
from adapters.slack.workspaces.workspace import SlackWorkspace


class OneTeam:
    """The workspace of the operator's bot token, whatever team is asked for."""

    def __init__(self, workspace: SlackWorkspace, signed_out: Callable[[], None]) -> None:
        """`signed_out` is told where the token opens nothing any more."""
        self._workspace = workspace
        self._signed_out = signed_out

    async def of(self, team: str) -> SlackWorkspace:
        """Return the workspace."""
        del team
        return self._workspace

    async def refused(self, team: str) -> None:
        """Say that it is over."""
        del team
        self._signed_out()

    async def close(self) -> None:
        """Let go of questions under way."""
        await self._workspace.people.close()


Teams = OneTeam | InstalledTeams
