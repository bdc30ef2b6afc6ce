"""`ainews export`: every published entry to standard output."""

from __future__ import annotations

import asyncio

from bot.cli.arguments import Arguments
from bot.cli.output import write_utf8, writing
from bot.cli.session import begin_session, shell_outside
from bot.cli.start import Start
from bot.commands.feeds import reader_of
from bot.config.installation import Installation
from bot.exporters.files import ExportForm, export
from bot.port.invocation import Outcome
from bot.port.problems import Mistyped
from bot.port.source import FeedAddress

_FORMS = {"page": ExportForm.PAGE, "json": ExportForm.JSON, "jsonl": ExportForm.JSON_LINES}
_FEEDS = "opml"


def run(start: Start, arguments: Arguments) -> int:
    """Write the digest as a page, JSON or JSON Lines, or its sources. Returns the exit code."""
    form = arguments.options.get("format", "page")
    if form == _FEEDS:
        return asyncio.run(_export_feeds(begin_session(start)))
    if form not in _FORMS:
        raise Mistyped(
            "“{value}” is not a format. Choose one of: {choices}.",
            parameter="format",
            value=form[:40],
            choices=", ".join((*_FORMS, _FEEDS)),
        )
    return asyncio.run(_export(begin_session(start), _FORMS[form]))


async def _export_feeds(installation: Installation) -> int:
    async with installation.store(make=False) as store, shell_outside(installation) as outside:
        reader = reader_of(outside.sources)
        feeds = [
            FeedAddress(one.address, one.name, next(iter(one.rules.tags), None))
            for one in await store.sources.list()
        ]
        with writing():
            write_utf8(reader.write_list(feeds, "AINews"))
    return Outcome.DONE


async def _export(installation: Installation, form: ExportForm) -> int:
    async with installation.store(make=False) as store:
        with writing():
            async for piece in export(store.entries.all(), form):
                write_utf8(piece)
    return Outcome.DONE
