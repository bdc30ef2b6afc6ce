"""`ainews backup`: the database in a new file, also while the bot runs."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.cli.arguments import Arguments
from bot.cli.output import write_lines
from bot.cli.session import begin_session
from bot.cli.start import Start
from bot.config.installation import Installation
from bot.port.invocation import Outcome
from bot.port.problems import CommandProblem, Mistyped
from store.errors import BackupExists, BackupUnsupported


def run(start: Start, arguments: Arguments) -> int:
    """Copy the database. Returns the exit code."""
    file = next(iter(arguments.bare), None)
    if file is None:
        raise Mistyped("Name the file to write. Type, for example: ainews backup ainews-backup.db")
    installation = begin_session(start)
    try:
        asyncio.run(_backup(installation, Path(file)))
    except BackupExists:
        raise CommandProblem(
            "{file} exists, and a backup overwrites nothing. Name another file.", file=file
        ) from None
    except BackupUnsupported:
        raise CommandProblem("A PostgreSQL database is backed up with pg_dump.") from None
    write_lines(installation.words.gettext("The backup is in {file}.", file=file))
    return Outcome.DONE


async def _backup(installation: Installation, file: Path) -> None:
    async with installation.store(make=False) as store:
        await store.backup(file)
