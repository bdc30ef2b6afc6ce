"""The whole database: `ainews backup`, `ainews restore` of a backup, `ainews move` to another."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.cli.arguments import Arguments
from bot.cli.session import begin_session, with_store
from bot.cli.start import Start
from bot.cli.streams import write_lines
from bot.config.environment import DATABASE_URL
from bot.i18n.translator import N_
from bot.port.invocation import Outcome
from bot.port.problems import CommandProblem, Mistyped
from store.db.move import Moved
from store.errors import BackupExists, BackupUnsupported, BackupUnusable, BadDatabaseUrl
from store.store import DigestStore

_REASONS = (
    N_("it is the database itself"),
    N_("it is damaged"),
    N_("it is not a digest of this program"),
    N_("a newer version of this program made it"),
)
"""What the store says of a file that is no backup, of what is not its system's own words."""


def backup(start: Start, arguments: Arguments) -> int:
    """Copy the database to a new file, also while the bot runs. Returns the exit code."""
    file = next(iter(arguments.bare), None)
    if file is None:
        raise Mistyped("Name the file to write. Type, for example: ainews backup ainews-backup.db")
    installation = begin_session(start)
    try:
        with_store(installation, lambda store: store.backup(Path(file)))
    except BackupExists:
        raise CommandProblem(
            "{file} exists, and a backup overwrites nothing. Name another file.", file=file
        ) from None
    except BackupUnsupported:
        raise CommandProblem("A PostgreSQL database is backed up with pg_dump.") from None
    write_lines(installation.words.gettext("The backup is in {file}.", file=file))
    return Outcome.DONE


def restore(start: Start, file: str) -> int:
    """Make a backup the database again; what was there is kept. Returns the exit code."""
    installation = begin_session(start)
    words = installation.words
    url = installation.settings.database_url
    try:
        restored = asyncio.run(DigestStore.restore(url, Path(file), installation.clock()))
    except BackupUnusable as error:
        reason = words.gettext(error.reason) if error.reason in _REASONS else error.reason
        raise CommandProblem(
            "{file} cannot be put back: {reason}. Nothing was changed.", file=file, reason=reason
        ) from None
    except BackupUnsupported:
        raise CommandProblem("A PostgreSQL database is put back with pg_restore.") from None
    write_lines(
        words.ngettext(
            "The backup is in place, with {count} entry.",
            "The backup is in place, with {count} entries.",
            restored.entries,
        )
    )
    if restored.before is not None:
        text = N_("What was there before is kept as {before}. ainews restore {before} undoes it.")
        write_lines(words.gettext(text, before=restored.before))
    return Outcome.DONE


def move(start: Start, arguments: Arguments) -> int:
    """Copy everything into another database, of either engine. Returns the exit code."""
    target = arguments.options.get("to", "")
    if not target:
        raise Mistyped(
            "Name the new database: ainews move --to postgresql://user:password@host/ainews"
        )
    installation = begin_session(start)
    words = installation.words

    async def moved() -> Moved:
        done = await DigestStore.move(installation.settings.database_url, target)
        store = await DigestStore.open(target, installation.clock, make=False)
        try:
            await store.index.rebuild()
        finally:
            await store.close()
        return done

    try:
        done = asyncio.run(moved())
    except BadDatabaseUrl as error:
        raise Mistyped(
            "This database cannot be used ({why}). Write sqlite:///FILE or "
            "postgresql://USER:PASSWORD@HOST/DATABASE.",
            why=error.reason,
        ) from None
    write_lines(
        words.ngettext(
            "Everything is in the new database, with {count} entry.",
            "Everything is in the new database, with {count} entries.",
            done.entries,
        ),
        words.gettext(
            "Set {variable} to it, then start the bot. The old database is as it was.",
            variable=DATABASE_URL,
        ),
    )
    return Outcome.DONE
