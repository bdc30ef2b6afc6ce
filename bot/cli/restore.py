"""`ainews restore`: a backup becomes the database again; what was there is kept beside it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.cli.output import write_lines
from bot.cli.session import begin_session
from bot.cli.start import Start
from bot.i18n.translator import N_
from bot.port.invocation import Outcome
from bot.port.problems import CommandProblem
from store.errors import BackupUnsupported, BackupUnusable
from store.store import DigestStore

_REASONS = {
    "it is the database itself": N_("it is the database itself"),
    "it is damaged": N_("it is damaged"),
    "it is not a digest of this program": N_("it is not a digest of this program"),
    "a newer version of this program made it": N_("a newer version of this program made it"),
}


def run_restore(start: Start, file: str) -> int:
    """Put a backup back. Returns the exit code."""
    installation = begin_session(start)
    words = installation.words
    url = installation.settings.database_url
    try:
        restored = asyncio.run(DigestStore.restore(url, Path(file), installation.clock()))
    except BackupUnusable as error:
        reason = words.gettext(_REASONS[error.reason]) if error.reason in _REASONS else error.reason
        raise CommandProblem(
            "{file} cannot be put back: {reason}. Nothing was changed.", file=file, reason=reason
        ) from None
    except BackupUnsupported:
        raise CommandProblem("A PostgreSQL database is put back with pg_restore.") from None
    lines = [
        words.ngettext(
            "The backup is in place, with {count} entry.",
            "The backup is in place, with {count} entries.",
            restored.entries,
        )
    ]
    if restored.before is not None:
        text = N_("What was there before is kept as {before}. ainews restore {before} undoes it.")
        lines.append(words.gettext(text, before=restored.before))
    write_lines(*lines)
    return Outcome.DONE
