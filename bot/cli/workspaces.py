"""`ainews workspaces`: where the bot was seen, and which of these places curate the digest."""

from __future__ import annotations

import asyncio

from bot.cli.output import writing
from bot.cli.session import begin_session
from bot.cli.start import Start
from bot.config.installation import Installation
from bot.i18n.translator import Translator
from bot.port.invocation import Outcome, operator
from bot.port.problems import Mistyped, NotFound
from bot.port.text import one_line
from store.errors import WorkspaceNotFound
from store.model import Workspace, WorkspaceUse

_ACTIONS = {"allow": True, "refuse": False}


def run_workspaces(start: Start, action: str | None, workspace: str | None) -> int:
    """List the workspaces, or let one curate or only read. Returns the exit code."""
    if action is not None and action not in _ACTIONS:
        raise Mistyped("Type ainews workspaces, or allow or refuse and PLATFORM/ID after it.")
    platform, divider, number = (workspace or "").partition("/")
    if action is not None and not (platform and divider and number):
        raise Mistyped(
            "Say which workspace. Type, for example: {example}",
            example=f"ainews workspaces {action} discord/1234",
        )
    installation = begin_session(start)
    if action is None:
        said = asyncio.run(_listed(installation))
    else:
        said = asyncio.run(_let(installation, platform, number, curates=_ACTIONS[action]))
    with writing() as stream:
        print(said, file=stream)
    return Outcome.DONE


async def _listed(installation: Installation) -> str:
    words = installation.words
    async with installation.store(make=False) as store:
        uses = await store.workspaces.list()
    lines = [_line(use, words) for use in uses]
    if not lines:
        lines.append(words.gettext("The bot has not been in any workspace yet."))
    if installation.settings.workspaces == "open":
        lines.append(words.gettext("AINEWS_WORKSPACES=open: every workspace curates."))
    return "\n".join(lines)


def _line(use: WorkspaceUse, words: Translator) -> str:
    one = use.workspace
    return " · ".join(
        (
            named(one),
            words.gettext("curates") if one.curates else words.gettext("reads"),
            words.ngettext("{count} moderator added", "{count} moderators added", use.moderators),
            words.ngettext("{count} channel", "{count} channels", use.channels),
        )
    )


async def _let(installation: Installation, platform: str, number: str, *, curates: bool) -> str:
    words = installation.words
    async with installation.store(make=False) as store:
        try:
            one = await store.workspaces.let_curate(
                platform, number, operator().actor, curates=curates
            )
        except WorkspaceNotFound:
            raise NotFound(
                "The bot was never seen in {workspace}. ainews workspaces lists all.",
                workspace=one_line(f"{platform}/{number}"),
            ) from None
    if curates:
        return words.gettext("{workspace} curates the digest now.", workspace=named(one))
    return words.gettext("{workspace} only reads the digest now.", workspace=named(one))


def named(workspace: Workspace) -> str:
    """Return a workspace as the operator types it, with what people call it."""
    typed = f"{workspace.platform}/{workspace.id}"
    return one_line(f"{typed} “{workspace.name}”" if workspace.name else typed)
