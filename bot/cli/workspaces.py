"""`ainews workspaces`: where the bot was seen, which places curate, and which are blocked."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from bot.cli.arguments import Arguments
from bot.cli.session import begin_session, with_store
from bot.cli.start import Start
from bot.cli.streams import write_lines
from bot.config.installation import Installation
from bot.i18n.translator import N_, Translator
from bot.port.invocation import Outcome, operator
from bot.port.problems import Mistyped, NotAllowed, NotFound
from bot.port.text import one_line
from bot.schedule.slots import first_slot
from bot.views.privacy import kept_lines
from store.errors import WorkspaceInUse, WorkspaceNotFound
from store.model import Schedule, Workspace, WorkspaceUse
from store.store import DigestStore

_ACTIONS = ("allow", "refuse", "block", "unblock", "forget")


def run(start: Start, arguments: Arguments) -> int:
    """List the workspaces, or let one curate, only read, or get nothing. Returns the exit code."""
    action, workspace = [*arguments.bare, None, None][:2]
    if action is not None and action not in _ACTIONS:
        raise Mistyped(
            "Type ainews workspaces, or allow, refuse, block, unblock or forget and PLATFORM/ID "
            "after it."
        )
    platform, divider, number = (workspace or "").partition("/")
    if action is not None and not (platform and divider and number):
        raise Mistyped(
            "Say which workspace. Type, for example: {example}",
            example=f"ainews workspaces {action} discord/1234",
        )
    installation = begin_session(start)
    try:
        if action is None:
            said = with_store(installation, partial(_listed, installation))
        else:
            said = with_store(installation, partial(_done, installation, action, platform, number))
    except WorkspaceNotFound:
        raise NotFound(
            "The bot was never seen in {workspace}. ainews workspaces lists all.",
            workspace=one_line(f"{platform}/{number}"),
        ) from None
    except WorkspaceInUse:
        raise NotAllowed(
            "Block {workspace} first: {command}",
            workspace=one_line(f"{platform}/{number}"),
            command=one_line(f"ainews workspaces block {platform}/{number}"),
        ) from None
    write_lines(said)
    return Outcome.DONE


async def _listed(installation: Installation, store: DigestStore) -> str:
    words = installation.words
    lines = [_line(use, words) for use in await store.workspaces.list()]
    if not lines:
        lines.append(words.gettext("The bot has not been in any workspace yet."))
    if installation.settings.workspaces == "open":
        lines.append(words.gettext("AINEWS_WORKSPACES=open: every workspace curates."))
    return "\n".join(lines)


def _line(use: WorkspaceUse, words: Translator) -> str:
    one = use.workspace
    reads = N_("curates") if one.curates else N_("reads")
    return " · ".join(
        (
            named(one),
            words.gettext(N_("blocked") if one.blocked else reads),
            words.ngettext("{count} moderator added", "{count} moderators added", use.moderators),
            words.ngettext("{count} channel", "{count} channels", use.channels),
        )
    )


async def _done(
    installation: Installation, action: str, platform: str, number: str, store: DigestStore
) -> str:
    """Do it, and return what is said of it. Raises WorkspaceNotFound and WorkspaceInUse."""
    words, by = installation.words, operator().actor
    if action == "forget":
        kept = await store.privacy.forget_workspace(platform, number, by)
        said = words.gettext(
            "{workspace} and its people are forgotten. It stays blocked.",
            workspace=one_line(f"{platform}/{number}"),
        )
        backups = words.gettext("Backups that were made before still hold it.")
        return "\n".join((said, *(f"• {line}" for line in kept_lines(kept, words)), backups))
    if action == "block":
        one, resting = await store.workspaces.block(platform, number, by)
        rests = words.ngettext("{count} channel rests", "{count} channels rest", resting)
        said = words.gettext(
            "{workspace} is blocked: nobody there is answered, and nothing is posted.",
            workspace=named(one),
        )
        return f"{said} {rests}."
    if action == "unblock":

        def first(schedule: Schedule) -> datetime | None:
            try:
                return first_slot(schedule, installation.clock())
            except (ValueError, KeyError, OSError):
                # The delivery says to its owner that it cannot be read.
                return installation.clock()

        one, woken = await store.workspaces.unblock(platform, number, by, first)
        goes_on = words.ngettext("{count} channel goes on", "{count} channels go on", woken)
        return f"{words.gettext('{workspace} is let in again.', workspace=named(one))} {goes_on}."
    one = await store.workspaces.let_curate(platform, number, by, curates=action == "allow")
    reads = N_("{workspace} only reads the digest now.")
    curates = N_("{workspace} curates the digest now.")
    return words.gettext(curates if action == "allow" else reads, workspace=named(one))


def named(workspace: Workspace) -> str:
    """Return a workspace as the operator types it, with what people call it."""
    typed = f"{workspace.platform}/{workspace.id}"
    return one_line(f"{typed} “{workspace.name}”" if workspace.name else typed)
