"""`ainews move --to URL`: everything goes into another database, of either engine."""

from __future__ import annotations

import asyncio

from bot.cli.arguments import Arguments
from bot.cli.output import write_lines
from bot.cli.session import begin_session
from bot.cli.start import Start
from bot.config.environment import DATABASE_URL
from bot.port.invocation import Outcome
from bot.port.problems import Mistyped
from store.db.move import Moved
from store.errors import BadDatabaseUrl
from store.store import DigestStore


def run(start: Start, arguments: Arguments) -> int:
    """Move the database. Returns the exit code."""
    target = arguments.options.get("to", "")
    if not target:
        raise Mistyped(
            "Name the new database: ainews move --to postgresql://user:password@host/ainews"
        )
    installation = begin_session(start)
    words = installation.words
    source = installation.settings.database_url

    async def moved() -> Moved:
        done = await DigestStore.move(source, target)
        store = await DigestStore.open(target, installation.clock, make=False)
        try:
            await store.search.rebuild()
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
